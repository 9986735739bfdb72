import { spawn } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { present } from '../../src/kernel/assert.js';
import { SeededRandom } from '../simulation/random.js';
import type { TestDatabase } from '../support/database.js';
import { Killer } from '../support/killer.js';
import {
  checkBooks,
  checkCharges,
  checkMarkets,
  checkSetAside,
  readWholeLog,
  untilQuiet,
} from '../support/log-checks.js';
import { tell } from '../support/retrying-client.js';
import { newSecretKey, ServerProcess, type SharedSettings } from '../support/server-processes.js';
import { emptyDatabase } from '../support/test-time.js';
import { HOUR } from '../support/trading.js';
import { AnsweredClock } from '../support/two-servers-clock.js';
import { Crowd } from '../support/two-servers-crowd.js';
import { acknowledged, Findings, offeredIdle } from '../support/two-servers-findings.js';
import type { Stage, Told } from '../support/two-servers-trader.js';
import { untilHolds } from '../support/until.js';

const SEED = Number(process.env['PROPERTY_SEED'] ?? 20_261_128);
const PLAN = { kills: 3, answers: [60, 90], meanwhile: 60 } as const;
/** While use is reported. */
const USED_PLAN = { kills: 1, answers: [5, 15], meanwhile: 30 } as const;
/** While it is looked at. */
const REVIEWED_PLAN = { kills: 1, answers: [5, 30], meanwhile: 60 } as const;
const KILLS = PLAN.kills + USED_PLAN.kills + REVIEWED_PLAN.kills;
/** A job that was running in a process that is killed is taken over soon, not after half a minute. */
const SETTINGS = { SIMULATED_CLOCK: 'true', WORKER_SILENCE_MS: '5000' };
const TIMEOUT_MS = 300_000;
const MINUTE = 60_000;
/** What must have been acknowledged twice, refused once, and have followed from that: the traffic goes on until it has. */
const ASKED = [
  ...['createListing', 'placeOrder', 'reserve', 'payReservation', 'openAuction', 'placeAuctionBid', 'requestQuote', 'acceptQuote'],
  ...['holdPlan', 'payReservations', 'extendReservation', 'setRebooking', 'curtailPool', 'extendPool', 'resellReservation'],
  ...['createTeam', 'transferReservation', 'returnTransfer', 'setIdleRule'],
];
const REFUSED = ['INSUFFICIENT_FUNDS', 'QUOTE_EXPIRED'];
const FOLLOWED = ["type = 'ReservationCurtailed'", "type = 'RebookingAttempted'"];
/** What was used of a reservation was measured, and the rest of it is offered. */
const FOLLOWED_USE = ["type = 'IdleReviewed' AND data::json->>'listingId' IS NOT NULL AND data::json->>'peak' <> '0'"];
/** So many reservations are to be used. */
const KEPT_MIN = 4;
/** So long after the first hour has begun use is reported. */
const USED_MS = 2 * HOUR + MINUTE;
/** So long after it what was not used is looked at first, and every hour from then on. */
const WATCHED_MS = 3 * HOUR;
/** So long before that everybody is at work again. */
const BEFORE_MS = 5_000;
/** It does not go on for ever: this many answers are several times what is needed. */
const ANSWERS_MAX = 2_500;
/** After that all auctions are over, and all holds. */
const REST_MS = 20 * MINUTE;

/** All use that was taken is in the hour that it was for. */
const RATED = `SELECT NOT EXISTS (SELECT FROM usage_pending) AND NOT EXISTS (SELECT FROM usage_report AS r
  WHERE NOT EXISTS (SELECT FROM usage_hour AS h WHERE h.reservation_id = r.reservation_id)) AS holds`;

let database: TestDatabase;
let shared: SharedSettings;
let pool: pg.Pool;
const servers: ServerProcess[] = [];
const markets: string[] = [];
let clock: AnsweredClock;
let crowd: Crowd;
/** What was due by then has happened. */
let quietAt = 0;

beforeAll(async () => {
  database = await emptyDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  shared = { databaseUrl: database.url, secretKey: newSecretKey() };
  // One after the other: both would make the tables of the job queues.
  const options = { settings: SETTINGS };
  servers.push(await ServerProcess.start(shared, options));
  servers.push(await ServerProcess.start(shared, options));
  await trade().catch((error: unknown) => {
    const words = servers.flatMap((server) => server.words).join('\n');
    throw new Error(`PROPERTY_SEED=${SEED}; the servers said:\n${words}`, { cause: error });
  });
}, TIMEOUT_MS);
afterAll(async () => {
  await Promise.all(servers.map((server) => server.end()));
  await pool.end();
  await database.drop();
});

/** Everybody trades: before the first hour, while it is said what was used of it, and while that is looked at. */
async function trade(): Promise<void> {
  const random = new SeededRandom(SEED);
  const seeded = (): SeededRandom => new SeededRandom(random.integer(0, 2 ** 31));
  clock = await AnsweredClock.of(pool, seeded());
  const start = Math.ceil(clock.now() / HOUR) * HOUR + 4 * HOUR;
  const stage: Stage = { markets, start, board: [], lots: [], calm: [], now: () => clock.now() };
  crowd = new Crowd(servers, stage, seeded);
  await crowd.gather();
  const isEnough = (): boolean => crowd.told.length >= ANSWERS_MAX;
  await crowd.trade(new Killer(servers, PLAN, seeded()), clock, async () =>
    !isEnough() && (lackingIn(crowd.told).length > 0 || crowd.kept < KEPT_MIN || !(await haveHappened(FOLLOWED))));
  await itIs(start + USED_MS);
  await crowd.trade(new Killer(servers, USED_PLAN, seeded()), clock, async () =>
    !isEnough() && crowd.usedOfKept.length < crowd.kept);
  // What is not known yet was not used, as far as a rule knows.
  await untilHolds(pool, RATED);
  await itIs(start + WATCHED_MS - BEFORE_MS);
  await crowd.trade(new Killer(servers, REVIEWED_PLAN, seeded()), clock, async () =>
    !isEnough() && clock.now() < start + WATCHED_MS);
  await endAll();
}

/** For every server, and before anybody asks again: from now on hours are served, and clocks agree. */
async function itIs(instant: number): Promise<void> {
  await clock.moveTo(instant);
  await crowd.agree(instant);
}

/** What has not been asked, or refused, often enough. */
function lackingIn(all: readonly Told[]): readonly string[] {
  const codes = new Set(all.map(({ answer }) => answer['code']));
  return [...ASKED.filter((mutation) => acknowledged(all, mutation).length < 2), ...REFUSED.filter((code) => !codes.has(code))];
}

/** Whether there is at least one event for each condition. */
async function haveHappened(conditions: readonly string[]): Promise<boolean> {
  const found = conditions.map((condition) => `EXISTS (SELECT FROM eventstore.events WHERE ${condition})`);
  const { rows } = await pool.query<{ holds: boolean }>(`SELECT ${found.join(' AND ')} AS holds`);
  return rows[0]?.holds === true;
}

/** Time passes until what was open for a while only is over, and each rule has been looked at by all that was used. */
async function endAll(): Promise<void> {
  await clock.pass(REST_MS);
  await untilOver();
  await untilHolds(pool, RATED);
  await clock.pass(HOUR + MINUTE);
  await untilOver();
}

/** What is due has happened, and everybody knows. */
async function untilOver(): Promise<void> {
  quietAt = clock.now();
  await untilHolds(pool, `SELECT NOT EXISTS (SELECT FROM reservation WHERE status = 'held')
    AND NOT EXISTS (SELECT FROM quote WHERE status = 'open')
    AND NOT EXISTS (SELECT FROM listing WHERE is_auction AND status = 'open')
    AND NOT EXISTS (SELECT FROM reservation WHERE status IN ('scheduled', 'active') AND idle_rule IS NOT NULL
      AND (coalesce(idle_review, idle_rule)->>'nextReviewAt')::timestamptz <= $1) AS holds`, [new Date(quietAt)]);
  await untilQuiet(pool);
}

/** What `npm run verify` says of the database. */
async function verify(): Promise<unknown> {
  const { databaseUrl, secretKey } = shared;
  const own = { DATABASE_URL: databaseUrl, SECRET_KEY: secretKey, SIMULATED_CLOCK: 'true' };
  const env = { PATH: process.env['PATH'], ...own };
  const child = spawn(process.execPath, ['scripts/verify.mjs'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (more: Buffer) => (text += more.toString()));
  await once(child, 'close');
  return JSON.parse(text.trim().split('\n').at(-1) ?? '');
}

const countOf = async (sql: string, ids: readonly string[]): Promise<number> => {
  const { rows } = await pool.query<{ count: number }>(sql, [ids]);
  return rows[0]?.count ?? 0;
};

/** Ids that those who asked were told of, of one kind. */
const idsOf = (mutation: string, of: (answer: any) => string | readonly string[]): string[] =>
  acknowledged(crowd.told, mutation).flatMap(({ answer }) => of(answer));

const many = ({ reservations }: any): string[] => reservations.map((one: any) => one.reservationId);
const one = ({ listing, order, reservation, quote, curtailmentId }: any): string =>
  listing?.listingId ?? order?.orderId ?? reservation?.reservationId ?? quote?.quoteId ?? curtailmentId;

describe(`two servers on one database, killed ${KILLS} times (PROPERTY_SEED=${SEED})`, () => {
  it('were asked much, and did not answer everything', () => {
    expect(lackingIn(crowd.told)).toEqual([]);
    expect(crowd.unanswered).toBeGreaterThan(KILLS);
  });

  it('give the first answer to every key again, whichever is asked', async () => {
    const queue = [...crowd.told];
    const wrong: string[] = [];
    const lane = async (): Promise<void> => {
      for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
        const { who, request, answer } = one;
        const again = JSON.stringify(await who.askAll(request));
        if (again !== JSON.stringify(answer)) wrong.push(`${tell(request, answer)}\nand again ${again}`);
      }
    };
    await Promise.all([lane(), lane(), lane(), lane()]);
    expect(wrong).toEqual([]);
    const [first] = crowd.told;
    const { who, request } = present(first, 'anything that was asked');
    const other = { ...request, input: { ...request.input, quantity: '9999' } };
    await expect(who.ask(other, 1)).rejects.toThrow('IDEMPOTENCY_MISMATCH');
  }, TIMEOUT_MS);

  it.each([
    ['placeOrder', 'OrderPlaced', 'orderId', 'market_order', 'order_id', one],
    ['placeAuctionBid', 'AuctionBidPlaced', 'orderId', 'market_order', 'order_id', one],
    ['reserve', 'ReservationHeld', 'reservationId', 'reservation', 'reservation_id', one],
    ['holdPlan', 'ReservationHeld', 'reservationId', 'reservation', 'reservation_id', many],
    ['extendReservation', 'ReservationHeld', 'reservationId', 'reservation', 'reservation_id', many],
    ['requestQuote', 'QuoteOpened', 'quoteId', 'quote', 'quote_id', one],
    ['createListing', 'ListingCreated', 'listingId', 'listing', 'listing_id', one],
    ['resellReservation', 'ListingCreated', 'listingId', 'listing', 'listing_id', one],
    ['openAuction', 'ListingCreated', 'listingId', 'listing', 'listing_id', one],
    ['openResaleAuction', 'ListingCreated', 'listingId', 'listing', 'listing_id', one],
    ['curtailPool', 'PoolCurtailed', 'curtailmentId', 'pool_curtailment', 'curtailment_id', one],
    ['transferReservation', 'ReservationTransferred', 'reservationId', 'reservation', 'reservation_id', one],
  ])('did each %s that was acknowledged once, in the log and in the read model', async (...row) => {
    const [mutation, type, field, table, column, idOf] = row;
    const ids = idsOf(mutation, idOf);
    expect(new Set(ids).size).toBe(ids.length);
    const inLog = `SELECT count(*)::int AS count FROM eventstore.events
      WHERE type = '${type}' AND data::json->>'${field}' = ANY($1)`;
    expect(await countOf(inLog, ids)).toBe(ids.length);
    expect(await countOf(`SELECT count(*)::int AS count FROM ${table} WHERE ${column} = ANY($1)`, ids)).toBe(ids.length);
  });

  it('did nothing that nobody was told of', async () => {
    const log = await readWholeLog(pool, ...markets);
    const events = [...log.markets.values()].flat();
    const happened = (type: string): number => events.filter((event) => event.type === type).length;
    // What follows from what was asked, once it was due.
    expect(await haveHappened(["type = 'AuctionCleared'", ...FOLLOWED, ...FOLLOWED_USE])).toBe(true);
    const done = (...mutations: string[]): number => mutations.reduce((sum, each) => sum + acknowledged(crowd.told, each).length, 0);
    expect(happened('ListingCreated')).toBe(done('createListing', 'resellReservation', 'openAuction', 'openResaleAuction') + offeredIdle(events));
    expect(happened('ReservationCancelled')).toBe(done('cancelReservation'));
    expect(happened('OrderAmended')).toBe(done('amendOrder'));
    expect(happened('RebookingSet')).toBe(done('setRebooking'));
    expect(await countOf('SELECT count(*)::int AS count FROM team WHERE team_id <> ALL($1)', idsOf('createTeam', ({ team }) => team.teamId))).toBe(0);
  });

  it('counted each report of use that was acknowledged once', async () => {
    const taken = crowd.used.filter(({ isTaken }) => isTaken).map(({ reservationId }) => reservationId);
    expect(taken.length).toBeGreaterThan(1);
    expect(await countOf('SELECT count(*)::int AS count FROM usage_report WHERE reservation_id = ANY($1)', taken)).toBe(taken.length);
    expect(await countOf('SELECT count(*)::int AS count FROM usage_report WHERE reservation_id <> ALL($1)', taken)).toBe(0);
    expect(crowd.usedOfKept.length).toBeGreaterThanOrEqual(KEPT_MIN);
    expect(crowd.usedOfKept.filter(({ isTaken }) => !isTaken)).toEqual([]);
  });

  it('did all that belongs together whole, once, and at the price that was told', async () => {
    const findings = new Findings(crowd.told, await readWholeLog(pool, ...markets));
    findings.checkPayments();
    findings.checkQuotes();
    findings.checkAuctions();
    findings.checkPackages();
    findings.checkExtensions();
    findings.checkCurtailments();
    findings.checkTransfers();
    findings.checkIdleRules(crowd.used);
    findings.checkMeasured(crowd.usedOfKept);
  });

  it('kept titles, priority and money, event by event, and left nothing that is due', async () => {
    const log = await readWholeLog(pool, ...markets);
    const auditors = checkMarkets(log, idsOf('placeOrder', one));
    checkBooks(log);
    checkCharges(log);
    checkSetAside(log, auditors);
    expect(auditors.some(({ reservations }) => reservations.size > 0)).toBe(true);
    for (const { orders, auctions, quotes, holders } of auditors) {
      const overdue = [orders.overdue(quietAt), auctions.overdue(quietAt), quotes.overdue(quietAt, (instant) => instant), holders.idle.overdue(quietAt)];
      expect(overdue).toEqual([null, null, null, null]);
    }
  });

  it('left a log, states and read models that verify', async () => {
    expect(await verify()).toMatchObject({ ok: true });
  }, TIMEOUT_MS);
});
