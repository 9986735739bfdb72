// The story, step by step: a provider, two startups, real requests, a resale, an invoice.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, RefusedError, until } from './client.mjs';
import { chapter, count, say, usd } from './say.mjs';
import { serve } from './usage.mjs';

const HOUR = 3_600_000;
const MARKET = { model: 'llama-3.3-70b', quantization: 'fp8' };
const RESERVED = 1_500n;
const HOURS = 4n;
const UNIT_PRICE = 2_160n;
const RESALE_PRICE = 1_800n;
const OVERAGE_PRICE = 900_000n;
const ROYALTY = 500n;
/** Ten-thousandths of an output token. */
const INPUT_WEIGHT = 1_000n;

const iso = (instant) => new Date(instant).toISOString();
const span = (start, end) => ({ start: iso(start), end: iso(end) });
const hourText = (instant) => `${iso(instant).slice(0, 16).replace('T', ' ')} UTC`;

export async function tellStory({ url, run, trace, sums }) {
  const context = { url, run, trace, sums };
  const admin = await signInAsAdmin(context);
  const start = await firstHour(admin);
  const provider = await openShop(context, start);
  const startup = await reserve(context, provider, start);
  const usage = await serveTraffic(context, { admin, startup, start });
  const second = await resell(context, startup, start);
  await passTime(admin, start + Number(HOURS) * HOUR, 'the four hours are over');
  const books = await settle({ provider, startup, second, usage });
  const invoice = await exportInvoice(context, { admin, startup, start, usage });
  return {
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    duplicates: usage.duplicates,
    reservedTokensPerSecond: RESERVED.toString(),
    overageMicroUsd: usage.overageMicroUsd,
    ...books,
    invoice,
  };
}

async function signInAsAdmin({ url, run }) {
  const path = join(process.env.DATA_DIR || '.headroom', 'demo-login.json');
  const login = JSON.parse(await readFile(path, 'utf8'));
  const admin = new Client(url, run, 'admin');
  await admin.mutate('signIn', login);
  const { clock } = await admin.ask('{ clock { isSimulated } }');
  if (!clock.isSimulated) throw new Error('this product goes by real time: the demo cannot pass it');
  return admin;
}

/** An organization of this run's own, and its owner. */
async function signUp({ url, run }, name, kind) {
  const client = new Client(url, run, name.toLowerCase().replaceAll(' ', '-'));
  const email = `${client.name}-${run}@demo.example`;
  const password = randomBytes(15).toString('base64url');
  await client.mutate('signUp', { organizationName: `${name} ${run}`, name: 'Owner', email, password, ...kind });
  await client.mutate('signIn', { email, password });
  return client;
}

/** The first whole hour ahead whose four hours are in one month: one invoice tells it all. */
async function firstHour(admin) {
  const { clock } = await admin.ask('{ clock { now } }');
  const next = Math.ceil(Date.parse(clock.now) / HOUR) * HOUR + HOUR;
  const last = next + Number(HOURS) * HOUR;
  const isOneMonth = iso(next).slice(0, 7) === iso(last).slice(0, 7);
  return isOneMonth ? next : Date.parse(`${iso(last).slice(0, 7)}-01T00:00:00Z`);
}

async function passTime(admin, to, why) {
  const { clock } = await admin.mutate('advanceClock', { to: iso(to) }, 'clock { now }');
  say(`the clock moves on to ${hourText(Date.parse(clock.now))}: ${why}`);
}

async function openShop(context, start) {
  chapter('A provider registers a pool on Cerebras WSE-3 and lists a slice');
  const provider = await signUp(context, 'Wafer House', { isProvider: true, isBuyer: false });
  const { pool } = await provider.mutate(
    'registerPool',
    {
      name: 'Row 7, llama 70B',
      platform: 'cerebras-wse-3',
      ...MARKET,
      region: 'us-west-2',
      residency: ['US'],
      nameplate: [{ window: span(start - 2 * HOUR, start + 48 * HOUR), quantity: '20000' }],
      profile: {
        runtime: 'cerebras-inference 2.4',
        contextLength: 131_072,
        weights: { input: Number(INPUT_WEIGHT), cachedInput: 100, reasoning: 10_000 },
        tier: 'FAST',
      },
      serviceLevel: { ttftP95Ms: 400, streamTokensPerSecondMin: 900, availability: 9_990 },
      endpoint: { url: 'https://inference.wafer-house.example.com/v1' },
      terms: {
        resale: { isTransferable: true, hopsMax: 2, royalty: Number(ROYALTY) },
        cancellation: [{ noticeHours: 24, fee: 0 }, { noticeHours: 0, fee: 5_000 }],
        overagePrice: OVERAGE_PRICE.toString(),
      },
    },
    'pool { poolId marketId }',
  );
  say(`pool of 20,000 tokens/s for two days in market ${pool.marketId}`);
  const { listing } = await provider.mutate(
    'createListing',
    {
      poolId: pool.poolId,
      window: span(start, start + 24 * HOUR),
      quantity: '5000',
      unitPrice: UNIT_PRICE.toString(),
    },
    'listing { listingId pricePerMillionTokens }',
  );
  const perMillion = usd(listing.pricePerMillionTokens);
  say(`listed 5,000 tokens/s for a day at ${perMillion} per million tokens at full use`);
  return { client: provider, listingId: listing.listingId };
}

async function buy(client, listingId, window) {
  const { reservation } = await client.mutate(
    'reserve',
    { listingId, window, quantity: RESERVED.toString() },
    'reservation { reservationId amount }',
  );
  const { reservationId, amount } = reservation;
  const paid = await client.mutate('payReservation', { reservationId }, 'walletBalance');
  return { reservationId, amount, walletBalance: paid.walletBalance };
}

async function topUp(client, dollars) {
  const amount = `${dollars}000000`;
  await client.mutate('topUpWallet', { amount, paymentMethod: 'pm_card_visa' }, 'topUp { status }');
  const ask = async () => (await client.ask('{ wallet { balance } }')).wallet.balance;
  await until(ask, (balance) => balance === amount, 'the top-up');
  say(`${usd(amount)} in the wallet (test card: nothing is charged)`);
}

async function reserve(context, { listingId }, start) {
  chapter('A startup reserves 1,500 tokens/s for four hours');
  const client = await signUp(context, 'Quick Answers', { isBuyer: true });
  await topUp(client, 50);
  const window = span(start, start + Number(HOURS) * HOUR);
  const bought = await buy(client, listingId, window);
  say(`${usd(bought.amount)} in escrow until delivered, ${usd(bought.walletBalance)} left`);
  return { client, ...bought };
}

async function serveTraffic(context, { admin, startup, start }) {
  chapter('It serves real requests, and reports them as usage');
  const key = await usageKey(startup.client);
  const usage = await serve(context, { admin, key, reservationId: startup.reservationId, start });
  const { overageMicroUsd } = expectedOverage(context.sums);
  if (usage.overageMicroUsd !== overageMicroUsd) {
    throw new Error(`overage is ${usage.overageMicroUsd}, and should be ${overageMicroUsd}`);
  }
  say(`counted ${count(usage.inputTokens)} in and ${count(usage.outputTokens)} out: the trace's sums, exactly`);
  say(overageMicroUsd === '0' ? 'within the reservation: no overage' : `overage of ${usd(overageMicroUsd)}`);
  return usage;
}

/** The token is shown once: a key whose token was lost with a connection is made again. */
async function usageKey(client) {
  const input = { name: 'usage', scopes: ['USAGE_WRITE', 'MARKET_READ'], expiresInDays: 1 };
  for (;;) {
    const { token } = await client.mutate('createApiKey', input, 'token');
    if (token !== null) return client.withKey(token);
  }
}

/** All of the trace is within one hour. */
function expectedOverage({ input, output }) {
  const used = output * 10_000n + input * INPUT_WEIGHT;
  const over = used - RESERVED * 3_600n * 10_000n;
  if (over <= 0n) return { overageMicroUsd: '0' };
  const divisor = 10_000n * 1_000_000n;
  const exact = over * OVERAGE_PRICE;
  const [quotient, rest] = [exact / divisor, (exact % divisor) * 2n];
  const isUp = rest > divisor || (rest === divisor && quotient % 2n === 1n);
  return { overageMicroUsd: (quotient + (isUp ? 1n : 0n)).toString() };
}

async function resell(context, startup, start) {
  chapter('It resells the idle second half to another startup');
  const window = span(start + 2 * HOUR, start + Number(HOURS) * HOUR);
  const { listing } = await startup.client.mutate(
    'resellReservation',
    {
      reservationId: startup.reservationId,
      window,
      quantity: RESERVED.toString(),
      unitPrice: RESALE_PRICE.toString(),
    },
    'listing { listingId hops }',
  );
  const client = await signUp(context, 'Night Shift', { isBuyer: true });
  await topUp(client, 20);
  const bought = await buy(client, listing.listingId, window);
  const chain = await until(
    async () =>
      (
        await client.ask('query($id: ID!) { chainOfTitle(reservationId: $id) { hop quantity } }', {
          id: bought.reservationId,
        })
      ).chainOfTitle,
    (links) => links?.length === 2,
    'the chain of title',
  );
  say(`sold for ${usd(bought.amount)}; the chain of title has ${chain.length} links, the provider's sale first`);
  return { client, ...bought };
}

const walletOf = async (client) => (await client.ask('{ wallet { balance inEscrow owed } }')).wallet;
const delivered = ({ inEscrow }) => inEscrow === '0';

/** Half to even, as the books round. */
function shareOf(amount, basisPoints) {
  const [quotient, rest] = [(amount * basisPoints) / 10_000n, ((amount * basisPoints) % 10_000n) * 2n];
  return quotient + (rest > 10_000n || (rest === 10_000n && quotient % 2n === 1n) ? 1n : 0n);
}

async function settle({ provider, startup, second, usage }) {
  chapter('Hour by hour the money goes from escrow to those it is owed to');
  const { exchangeFee } = await provider.client.ask('{ exchangeFee }');
  const [price, resale, overage] = [startup.amount, second.amount, usage.overageMicroUsd].map(BigInt);
  const fees = [price, resale, overage].map((amount) => shareOf(amount, BigInt(exchangeFee)));
  const royalty = shareOf(resale, ROYALTY);
  const earned = price - fees[0] + royalty + overage - fees[2];
  const proceeds = resale - fees[1] - royalty;
  const fee = fees.reduce((sum, one) => sum + one);
  await balanceOf(startup.client, 50_000_000n - price - overage + proceeds);
  await balanceOf(second.client, 20_000_000n - resale);
  await balanceOf(provider.client, earned);
  say(`the provider has ${usd(earned)}, a royalty of ${usd(royalty)} on the resale included`);
  say(`the first startup got ${usd(proceeds)} for what it did not use`);
  say(`the exchange kept ${usd(fee)}: what buyers paid is what sellers, provider and exchange have`);
  return {
    reservationMicroUsd: price.toString(),
    resaleMicroUsd: resale.toString(),
    providerMicroUsd: earned.toString(),
    resellerMicroUsd: proceeds.toString(),
    royaltyMicroUsd: royalty.toString(),
    feeMicroUsd: fee.toString(),
  };
}

async function balanceOf(client, expected) {
  await until(
    async () => (await client.ask('{ wallet { balance inEscrow owed } }')).wallet,
    ({ balance, inEscrow, owed }) => balance === `${expected}` && inEscrow === '0' && owed === '0',
    `a wallet of ${expected} at ${client.name}`,
  );
}

async function exportInvoice(context, { admin, startup, start, usage }) {
  chapter('Finance exports the invoice');
  const finance = await inviteFinance(context, startup.client);
  const month = iso(start).slice(0, 7);
  const date = new Date(start);
  const end = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
  await passTime(admin, end, `${month} is over`);
  const { number } = await finance.mutate('issueInvoice', { month }, 'number');
  const query = 'query($month: String!) { invoice(month: $month) { charges credits lines { kind amount } } }';
  const { invoice } = await until(
    () => finance.ask(`${query}`, { month }),
    ({ invoice: seen }) => seen !== null,
    'the invoice',
  );
  const csv = await (await finance.get(`/exports/invoice.csv?month=${month}`)).text();
  const [header, ...rows] = csv.trim().split('\r\n');
  const column = header.split(',').indexOf('amount_micro_usd');
  const total = rows.reduce((sum, row) => sum + BigInt(row.split(',')[column]), 0n);
  const due = BigInt(startup.amount) + BigInt(usage.overageMicroUsd);
  if (total !== BigInt(invoice.charges) - BigInt(invoice.credits) || BigInt(invoice.charges) !== due) {
    throw new Error(`the invoice charges ${invoice.charges} and its export sums to ${total}; due is ${due}`);
  }
  say(`invoice ${number} of ${month}: ${usd(invoice.charges)} of charges, ${usd(invoice.credits)} of credits`);
  say(`its CSV has ${rows.length} lines that sum to ${usd(total)}`);
  return { number, month, chargesMicroUsd: invoice.charges, creditsMicroUsd: invoice.credits };
}

/** As with keys, an invitation's token is shown once. */
async function inviteFinance({ url, run }, owner) {
  for (let attempt = 1; ; attempt += 1) {
    const email = `finance-${attempt}-${run}@demo.example`;
    const invited = await owner.mutate('inviteMember', { email, name: 'Finance', role: 'FINANCE' }, 'token');
    if (invited.token === null) continue;
    const finance = new Client(url, run, `finance-${attempt}`);
    const password = randomBytes(15).toString('base64url');
    await accept(finance, { token: invited.token, password });
    await finance.mutate('signIn', { email, password });
    say('a finance member was invited, and signed in');
    return finance;
  }
}

async function accept(finance, input) {
  try {
    await finance.mutate('acceptInvitation', input);
  } catch (error) {
    // Accepted before, in a request whose answer was lost: the sign-in tells.
    if (!(error instanceof RefusedError) || !error.message.includes('INVITATION')) throw error;
  }
}
