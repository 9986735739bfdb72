import pg from 'pg';
import { present } from '../../src/kernel/assert.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { FakedClock } from '../support/faked-clock.js';
import { checkBooks, checkCharges, checkMarkets, readWholeLog, untilQuiet } from '../support/log-checks.js';
import { at, BUYER_LOGIN, ServedMarket } from '../support/served-market.js';
import { newSecretKey, ServerProcess } from '../support/server-processes.js';
import { HOUR, iso } from '../support/trading.js';
import { giveWay, untilHolds } from '../support/until.js';

const MINUTE = HOUR / 60;
const DAY = 24 * HOUR;
/** What is held: 5 tokens/s at 1,000 micro-USD, in the hour before the month ends and the two after it. */
const [HELD, PRICE] = [5, 1_000];
const ENTITLED = HELD * 3_600;
/** Ten input tokens weigh one; what is above what is held costs two micro-USD a token. */
const INPUT_WEIGHT = 1;
const OVERAGE_PRICE = 2;

// eslint-disable-next-line no-restricted-syntax -- the month that ends is the database's, whose clock is not faked
const today = new Date();
const monthEnd = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1, 1);
const monthOf = (instant: number): string => iso(instant).slice(0, 7);
const [ending, beginning] = [monthOf(monthEnd - 1), monthOf(monthEnd)];

interface Line {
  readonly kind: string;
  readonly amount: string;
  readonly reservationId: string;
  readonly served: { readonly start: string } | null;
  readonly postedAt: string;
}

let database: TestDatabase;
let pool: pg.Pool;
let market: ServedMarket;
let reservationId: string;
/** Two processes on one database; the second one's clock is five minutes ahead. */
const clocks: FakedClock[] = [];
const servers: ServerProcess[] = [];
const urls: string[] = [];
/** Output tokens that were acknowledged, by the hour that they were served in. */
const told = { before: [] as number[], after: [] as number[] };

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  const shared = { databaseUrl: database.url, secretKey: newSecretKey() };
  for (const ahead of [0, 5 * MINUTE]) {
    const clock = await FakedClock.at(monthEnd - 4.5 * HOUR + ahead);
    clocks.push(clock);
    servers.push(await ServerProcess.start(shared, { settings: clock.settings }));
  }
  urls.push(...servers.map(({ url }) => present(url, 'a server that listens')));
  market = await ServedMarket.open(urlOf(0), monthEnd - 4.5 * HOUR);
  reservationId = await market.buy(2, 5, HELD);
  jump(monthEnd - 2 * MINUTE, monthEnd + 3 * MINUTE);
  await Promise.all([arrived(0, monthEnd - 2 * MINUTE), arrived(1, monthEnd + 3 * MINUTE)]);
  await until(`SELECT status = 'active' AS holds FROM reservation WHERE reservation_id = $1`, [reservationId]);
}, 60_000);
afterAll(async () => {
  await Promise.all([...servers, ...clocks].map((one) => one.end()));
  await pool.end();
  await database.drop();
});

const urlOf = (index: number): string => present(urls[index], 'a server that listens');
const jump = (...times: readonly number[]): void => times.forEach((time, index) => clocks[index]?.jumpTo(time));

const until = (statement: string, values: readonly unknown[] = []): Promise<void> => untilHolds(pool, statement, values);

/** Reports a request to one process or both; how many each took as new. */
async function report(time: number, outputTokens: number, ...to: readonly number[]): Promise<readonly number[]> {
  const event = market.event(reservationId, time, { outputTokens });
  const answers = await Promise.all(to.map((index) => market.report(urlOf(index), [event])));
  expect(answers.map(({ status }) => status)).toEqual(to.map(() => 202));
  told[time < monthEnd ? 'before' : 'after'].push(outputTokens);
  return answers.map(({ body }) => body.accepted as number).sort();
}

/** Asks a process until its clock has arrived where it jumped to. */
async function arrived(index: number, time: number): Promise<void> {
  for (;;) {
    const { data } = await at(urlOf(index), market.buyer).ask('{ clock { now } }');
    if (Math.abs(Date.parse(data?.['clock'].now) - time) < 2 * MINUTE) return;
    await giveWay();
  }
}

const untilRated = async (): Promise<void> => {
  await until('SELECT count(*) = 0 AS holds FROM usage_pending');
  await untilQuiet(pool);
};

async function invoice(month: string, index = 0): Promise<{ readonly number: string | null; readonly lines: readonly Line[] }> {
  const lines = 'lines { kind amount reservationId served { start } postedAt }';
  const query = `query($month: String!) { invoice(month: $month) { number charges credits ${lines} } }`;
  const { data, errors } = await at(urlOf(index), market.buyer).ask(query, { month });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.['invoice'];
}

/** A session ends when nothing was heard of it for a day. */
const signInAgain = (): Promise<unknown> => market.buyer.mustMutate('signIn', 'SignInInput', BUYER_LOGIN);

/** Once all delivery of the month is booked. */
async function issue(): Promise<void> {
  for (;;) {
    const answer = await market.buyer.mutate('issueInvoice', 'IssueInvoiceInput', { month: ending });
    if (answer['code'] !== 'NOT_SETTLED') return expect(answer['code']).toBeUndefined();
    await giveWay();
  }
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
const totalOf = (lines: readonly Line[], kind: string): number =>
  sum(lines.filter((line) => line.kind === kind).map(({ amount }) => Number(amount)));
const weightOf = (outputs: readonly number[]): number => sum(outputs) + outputs.length * INPUT_WEIGHT;
const overage = (outputs: readonly number[]): number => Math.max(0, weightOf(outputs) - ENTITLED) * OVERAGE_PRICE;

describe('clocks that jump and disagree across the end of a month (FAULTS 22)', () => {
  it('counts an event once, in the hour in which it was served, whichever clock took it', async () => {
    expect(await report(monthEnd - 3 * MINUTE, 20, 0, 1)).toEqual([0, 1]);
    expect(await report(monthEnd + MINUTE, 20, 0, 1)).toEqual([0, 1]);
    expect(await report(monthEnd - 10 * MINUTE, 28_000, 0)).toEqual([1]);
    // Seven minutes after the month's end is not yet for one, and soon enough for the other.
    const early = market.event(reservationId, monthEnd + 7 * MINUTE, { id: 'early' });
    expect(await market.report(urlOf(0), [early])).toMatchObject({
      status: 422,
      body: { issues: [{ field: 'time', reason: 'is in the future' }] },
    });
    expect(await market.report(urlOf(1), [early])).toMatchObject({ status: 202, body: { accepted: 1 } });
    told.after.push(20);
    await untilRated();
  });

  it('takes what was served before a clock fell back an hour, and after it sprang a day', async () => {
    jump(monthEnd - HOUR - 2 * MINUTE);
    await arrived(0, monthEnd - HOUR - 2 * MINUTE);
    expect(await report(monthEnd - MINUTE, 20, 1)).toEqual([1]);
    jump(monthEnd + DAY, monthEnd + DAY + 5 * MINUTE);
    await Promise.all([arrived(0, monthEnd + DAY), arrived(1, monthEnd + DAY + 5 * MINUTE)]);
    expect(await report(monthEnd - 20 * MINUTE, 1_000, 0, 1)).toEqual([0, 1]);
    expect(await report(monthEnd + 30 * MINUTE, 20_000, 0, 1)).toEqual([0, 1]);
    await untilRated();
  });

  it('leaves an invoice as it was issued, and what was booked behind it on the next one', async () => {
    await signInAgain();
    await issue();
    const issued = await invoice(ending);
    expect(issued.number).not.toBeNull();
    // Back into the month whose invoice is issued: what is booked now bears its date.
    jump(monthEnd - 2 * MINUTE, monthEnd + 3 * MINUTE);
    await Promise.all([arrived(0, monthEnd - 2 * MINUTE), arrived(1, monthEnd + 3 * MINUTE)]);
    expect(await report(monthEnd - 5 * MINUTE, 3_000, 0, 1)).toEqual([0, 1]);
    await untilRated();
    jump(monthEnd + DAY, monthEnd + DAY + 5 * MINUTE);
    await arrived(0, monthEnd + DAY);
    await signInAgain();
    const again = await Promise.all([invoice(ending, 0), invoice(ending, 1)]);
    expect(again).toEqual([issued, issued]);
    const next = await invoice(beginning);
    const lines = [...issued.lines, ...next.lines];
    expect(totalOf(issued.lines, 'DELIVERY')).toBe(HELD * PRICE);
    expect(totalOf(next.lines, 'DELIVERY')).toBe(2 * HELD * PRICE);
    expect(totalOf(lines, 'OVERAGE')).toBe(overage(told.before) + overage(told.after));
    expect(new Set(lines.map((line) => JSON.stringify(line))).size).toBe(lines.length);
  });

  it('has each hour with the events that were served in it, and books that say the same', async () => {
    const query = `query($id: ID!) { usageTotals(reservationId: $id) { hours events outputTokens overageAmount } }`;
    const { data } = await market.buyer.ask(query, { id: reservationId });
    expect(data?.['usageTotals']).toEqual({
      hours: 2,
      events: `${told.before.length + told.after.length}`,
      outputTokens: `${sum(told.before) + sum(told.after)}`,
      overageAmount: `${overage(told.before) + overage(told.after)}`,
    });
    const { rows } = await pool.query('SELECT events::int AS events FROM usage_hour ORDER BY hour');
    expect(rows).toEqual([{ events: told.before.length }, { events: told.after.length }]);
    const log = await readWholeLog(pool, present(market.poolId.split('~')[0], 'market'));
    checkMarkets(log);
    checkBooks(log);
    checkCharges(log);
  });

  it('gives no job away because a clock jumped: that goes by the clock of the database', async () => {
    const { rows } = await pool.query('SELECT max(handovers) AS most FROM eventstore.outbox');
    expect(rows).toEqual([{ most: 1 }]);
    expect(servers.map((server) => server.isRunning)).toEqual([true, true]);
  });
});
