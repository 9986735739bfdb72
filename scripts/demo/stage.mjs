// What all acts share: the clock, the organizations of this run, and what each should have.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HOUR } from './arithmetic.mjs';
import { Books } from './books.mjs';
import { check, checkSoon } from './check.mjs';
import { Client, until } from './client.mjs';
import { say, usd } from './say.mjs';

export const MARKET = { model: 'llama-3.3-70b', quantization: 'fp8' };
export const MARKET_ID = `${MARKET.model}@${MARKET.quantization}`;
/** From its first hour on the story needs two days for itself. */
const STORY_HOURS = 48;
const DAY = 24 * HOUR;
const DAYS_LOOKED_AT = 90;
/** Hours of the book that one request asks for. */
const HOURS_AT_ONCE = 12;

export const iso = (instant) => new Date(instant).toISOString();
export const span = (start, end) => ({ start: iso(start), end: iso(end) });
const hourText = (instant) => `${iso(instant).slice(0, 16).replace('T', ' ')} UTC`;
/** Hours of one day, such as 09:00 to 17:00 UTC. */
export const hoursText = ({ start, end }) => `${start.slice(11, 16)} to ${end.slice(11, 16)} UTC`;
export const monthOf = (instant) => iso(instant).slice(0, 7);

export async function setStage(setting) {
  const admin = await signInAsAdmin(setting);
  const { clock } = await admin.ask('{ clock { now isSimulated } }');
  if (!clock.isSimulated) throw new Error('this product goes by real time: the demo cannot pass it');
  const next = Math.ceil(Date.parse(clock.now) / HOUR) * HOUR + HOUR;
  return new Stage(setting, admin, await quietFrom(admin, next, STORY_HOURS));
}

async function signInAsAdmin({ url, run }) {
  const path = join(process.env.DATA_DIR || '.headroom', 'demo-login.json');
  const login = JSON.parse(await readFile(path, 'utf8'));
  const admin = new Client(url, run, 'admin');
  await admin.mutate('signIn', login);
  return admin;
}

/**
 * The first instant from which on nobody else offers or wants anything in the market for so many hours,
 * all in one month: others' offers would be taken, and others' bids be served, instead of the story's.
 */
export async function quietFrom(admin, earliest, hours) {
  for (let start = earliest; start < earliest + DAYS_LOOKED_AT * DAY; start += DAY) {
    const last = start + hours * HOUR;
    if (monthOf(start) !== monthOf(last)) start = Date.parse(`${monthOf(last)}-01T00:00:00Z`);
    if (await isQuiet(admin, start, hours)) return start;
  }
  throw new Error(`${MARKET_ID} is traded everywhere in the next ${DAYS_LOOKED_AT} days`);
}

async function isQuiet(admin, start, hours) {
  for (let from = 0; from < hours; from += HOURS_AT_ONCE) {
    const books = Array.from({ length: HOURS_AT_ONCE }, (_, index) => {
      const window = JSON.stringify(span(start + (from + index) * HOUR, start + (from + index + 1) * HOUR));
      const literal = window.replace('"start"', 'start').replace('"end"', 'end');
      return `h${index}: depth(marketId: "${MARKET_ID}", window: ${literal}) { asks { count } bids { count } }`;
    });
    const seen = Object.values(await admin.ask(`{ ${books.join('\n')} }`));
    if (seen.some((book) => book !== null && book.asks.length + book.bids.length > 0)) return false;
  }
  return true;
}

class Stage {
  books = new Books();

  /** `served`: how many requests of the `whole` trace go through the gateway. */
  constructor({ url, run, trace, sums, served, whole }, admin, start) {
    Object.assign(this, { url, run, trace, sums, served, whole, admin, start });
  }

  /** Hours are counted from the story's first. */
  at(hour) {
    return this.start + hour * HOUR;
  }

  window(from, to) {
    return span(this.at(from), this.at(to));
  }

  async passTime(to, why) {
    const { clock } = await this.admin.mutate('advanceClock', { to: iso(to) }, 'clock { now }');
    say(`the clock moves on to ${hourText(Date.parse(clock.now))}: ${why}`);
  }

  /** An organization of this run's own, and its owner. */
  async signUp(name, kind) {
    const client = new Client(this.url, this.run, name.toLowerCase().replaceAll(' ', '-'));
    const email = `${client.name}-${this.run}@demo.example`;
    const password = randomBytes(15).toString('base64url');
    const organization = { organizationName: `${name} ${this.run}`, name: 'Owner', ...kind };
    const { organizationId } = await client.mutate('signUp', { ...organization, email, password }, 'organizationId');
    await client.mutate('signIn', { email, password });
    return { name, client, organizationId, email, password };
  }

  /** A startup with money in its wallet. */
  async signUpBuyer(name, dollars) {
    const party = await this.signUp(name, { isBuyer: true });
    const amount = BigInt(dollars) * 1_000_000n;
    const { topUp } = await party.client.mutate(
      'topUpWallet',
      { amount: amount.toString(), paymentMethod: 'pm_card_visa' },
      'topUp { amount }',
    );
    check(`${name}'s top-up`, topUp.amount, amount);
    this.books.topUp(party, amount);
    await this.checkWallet(party);
    say(`${name} has ${usd(amount)} in its wallet (test card: nothing is charged)`);
    return party;
  }

  /** What can be spent and what is set aside are what the demo's own books say. */
  async checkWallet(party) {
    const expected = this.books.walletOf(party);
    return checkSoon(`the wallet of ${party.name}`, () => walletOf(party, 'balance reserved'), expected);
  }

  /** What an organization bought of one listing. */
  async boughtFrom(party, listingId, count = 1) {
    const fields = 'reservationId listingId quantity unitPrice amount';
    const query = `{ reservations(first: 50) { edges { node { ${fields} } } } }`;
    const ask = async () => {
      const { edges } = (await party.client.ask(query)).reservations;
      return edges.map(({ node }) => node).filter((one) => one.listingId === listingId);
    };
    return until(ask, ({ length }) => length === count, `${party.name}'s purchase of ${listingId}`);
  }
}

export const walletOf = async (party, fields) =>
  (await party.client.ask(`{ wallet { ${fields} } }`)).wallet;
