import { spawn } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { present } from '../../src/kernel/assert.js';
import { marketOf } from '../../src/kernel/ids.js';
import { SeededRandom } from '../simulation/random.js';
import { ApiClient } from '../support/app.js';
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
import { RetryingClient, tell, type Request } from '../support/retrying-client.js';
import { newSecretKey, ServerProcess, type SharedSettings } from '../support/server-processes.js';
import { emptyDatabase } from '../support/test-time.js';
import { HOUR, poolInput, span } from '../support/trading.js';
import { AnsweredClock } from '../support/two-servers-clock.js';
import { Dealer, Operator } from '../support/two-servers-dealers.js';
import { acknowledged, Findings } from '../support/two-servers-findings.js';
import type { Stage, Told } from '../support/two-servers-trader.js';
import { untilHolds } from '../support/until.js';

const SEED = Number(process.env['PROPERTY_SEED'] ?? 20_261_128);
const PLAN = { kills: 4, answers: [60, 90], meanwhile: 60 } as const;
/** US dollars of each buyer: one of them runs out. */
const WALLETS = [2_000, 2_000, 2_000, 1];
const TIMEOUT_MS = 300_000;
/** So few tokens/s of each that much is sold soon, and what fails was somebody's. */
const POOLS = [['fp8', 60], ['fp8', 14], ['fp16', 14]] as const;
/** What must have been acknowledged twice, refused once, and have followed from that: the traffic goes on until it has. */
const ASKED = [
  ...['createListing', 'placeOrder', 'reserve', 'payReservation', 'openAuction', 'placeAuctionBid', 'requestQuote', 'acceptQuote'],
  ...['holdPlan', 'payReservations', 'extendReservation', 'setRebooking', 'curtailPool', 'extendPool', 'resellReservation'],
];
const REFUSED = ['INSUFFICIENT_FUNDS', 'QUOTE_EXPIRED'];
const FOLLOWED = ['ReservationCurtailed', 'RebookingAttempted'];
/** It does not go on for ever: this many answers are several times what is needed. */
const ANSWERS_MAX = 6_000;
/** After that all auctions are over, and all holds. */
const REST_MS = 20 * 60_000;

let database: TestDatabase;
let shared: SharedSettings;
let pool: pg.Pool;
const servers: ServerProcess[] = [];
const told: Told[] = [];
const markets: string[] = [];
let clock: AnsweredClock;
let unanswered = 0;

beforeAll(async () => {
  database = await emptyDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  shared = { databaseUrl: database.url, secretKey: newSecretKey() };
  // One after the other: both would make the tables of the job queues.
  const options = { settings: { SIMULATED_CLOCK: 'true' } };
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

async function signUp(name: string, isProvider = false): Promise<RetryingClient> {
  const client = new ApiClient(present(servers[0]?.url, 'a server that listens'));
  const [email, password] = [`${name}@example.com`, `correct horse ${name}`];
  const organization = { organizationName: name, name, isProvider, isBuyer: !isProvider };
  const who = new RetryingClient(client, servers);
  await who.ask({ ...setUp('signUp', { ...organization, email, password }), key: `sign-up-${name}` }, 0);
  await client.mustMutate('signIn', 'SignInInput', { email, password });
  return who;
}

const setUp = (mutation: string, input: Request['input']): Omit<Request, 'key'> => ({
  ...{ mutation, input, fields: '' },
  inputType: `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`,
});

async function openPool({ client }: RetryingClient, start: number, [quantization, quantity]: readonly [string, number]): Promise<string> {
  const fields = '... on RegisterPoolSuccess { pool { poolId } }';
  const nameplate = [{ window: span(start, start + 24 * HOUR), quantity: `${quantity}` }];
  const terms = { ...poolInput(start).terms, curtailment: { reclaimNoticeHours: 2, outagePenalty: 2_000, reclaimPenalty: 1_000 } };
  const input = poolInput(start, { quantization, nameplate, terms });
  const made = await client.mustMutate('registerPool', 'RegisterPoolInput', input, { fields });
  return (made['pool'] as { readonly poolId: string }).poolId;
}

/** Everybody trades until the last server that was killed is back, and until all that is looked at has happened. */
async function trade(): Promise<void> {
  const random = new SeededRandom(SEED);
  const seeded = (): SeededRandom => new SeededRandom(random.integer(0, 2 ** 31));
  clock = await AnsweredClock.of(pool, seeded());
  const start = Math.ceil(clock.now() / HOUR) * HOUR + 4 * HOUR;
  const stage: Stage = { markets, start, board: [], lots: [], now: () => clock.now() };
  const operators: Operator[] = [];
  const dealers: Dealer[] = [];
  const all: RetryingClient[] = [];
  for (const [index, [quantization, size]] of POOLS.entries()) {
    const who = await signUp(`seller${index}`, true);
    const poolId = await openPool(who, start, [quantization, size]);
    const marketId = present(marketOf(poolId), 'market of a pool');
    if (!markets.includes(marketId)) markets.push(marketId);
    operators.push(new Operator(who, stage, { poolId, size }, `seller${index}`, seeded()));
    all.push(who);
  }
  for (const [index, usd] of WALLETS.entries()) {
    const who = await signUp(`buyer${index}`);
    const input = { amount: `${usd}000000`, paymentMethod: 'pm_card_visa' };
    await who.ask({ ...setUp('topUpWallet', input), key: 'top-up' }, index % 2);
    dealers.push(new Dealer(who, stage, `buyer${index}`, seeded()));
    all.push(who);
  }
  const killer = new Killer(servers, PLAN, seeded());
  const soFar = (): Told[] => [...operators, ...dealers].flatMap((trader) => trader.told);
  const goesOn = async (): Promise<boolean> => {
    if (!killer.isDone) return true;
    const all = soFar();
    return all.length < ANSWERS_MAX && (lackingIn(all).length > 0 || !(await hasFollowed()));
  };
  // Those who sell take turns, so that more is bought than offered.
  const work = [operators, ...dealers.map((dealer) => [dealer])].map(async (lane) => {
    for (let turn = 0; await goesOn(); turn += 1) {
      await lane[turn % lane.length]?.step();
      await clock.answered();
      await killer.answered();
    }
  });
  await Promise.all([killer.run(), ...work]).finally(() => killer.stop());
  told.push(...soFar());
  unanswered = all.reduce((sum, who) => sum + who.unanswered, 0);
  await endAll();
}

/** What has not been asked, or refused, often enough. */
function lackingIn(all: readonly Told[]): readonly string[] {
  const codes = new Set(all.map(({ answer }) => answer['code']));
  return [...ASKED.filter((mutation) => acknowledged(all, mutation).length < 2), ...REFUSED.filter((code) => !codes.has(code))];
}

async function hasFollowed(): Promise<boolean> {
  const { rows } = await pool.query<{ types: number }>('SELECT count(DISTINCT type)::int AS types FROM eventstore.events WHERE type = ANY($1)', [FOLLOWED]);
  return rows[0]?.types === FOLLOWED.length;
}

/** Time passes until what was open for a while only is over, and everybody knows. */
async function endAll(): Promise<void> {
  await clock.pass(REST_MS);
  await untilHolds(pool, `SELECT NOT EXISTS (SELECT FROM reservation WHERE status = 'held')
    AND NOT EXISTS (SELECT FROM quote WHERE status = 'open')
    AND NOT EXISTS (SELECT FROM listing WHERE is_auction AND status = 'open') AS holds`);
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
  acknowledged(told, mutation).flatMap(({ answer }) => of(answer));

const many = ({ reservations }: any): string[] => reservations.map((one: any) => one.reservationId);
const one = ({ listing, order, reservation, quote, curtailmentId }: any): string =>
  listing?.listingId ?? order?.orderId ?? reservation?.reservationId ?? quote?.quoteId ?? curtailmentId;

describe(`two servers on one database, killed ${PLAN.kills} times (PROPERTY_SEED=${SEED})`, () => {
  it('were asked much, and did not answer everything', () => {
    expect(lackingIn(told)).toEqual([]);
    expect(unanswered).toBeGreaterThan(PLAN.kills);
  });

  it('give the first answer to every key again, whichever is asked', async () => {
    const queue = [...told];
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
    const [first] = told;
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
    expect(['AuctionCleared', ...FOLLOWED].filter((type) => happened(type) === 0)).toEqual([]);
    const done = (...mutations: string[]): number => mutations.reduce((sum, each) => sum + acknowledged(told, each).length, 0);
    expect(happened('ListingCreated')).toBe(done('createListing', 'resellReservation', 'openAuction', 'openResaleAuction'));
    expect(happened('ReservationCancelled')).toBe(done('cancelReservation'));
    expect(happened('OrderAmended')).toBe(done('amendOrder'));
    expect(happened('RebookingSet')).toBe(done('setRebooking'));
  });

  it('did all that belongs together whole, once, and at the price that was told', async () => {
    const findings = new Findings(told, await readWholeLog(pool, ...markets));
    findings.checkPayments();
    findings.checkQuotes();
    findings.checkAuctions();
    findings.checkPackages();
    findings.checkExtensions();
    findings.checkCurtailments();
  });

  it('kept titles, priority and money, event by event, and left nothing that is due', async () => {
    const log = await readWholeLog(pool, ...markets);
    const auditors = checkMarkets(log, idsOf('placeOrder', one));
    checkBooks(log);
    checkCharges(log);
    checkSetAside(log, auditors);
    const now = clock.now();
    for (const { reservations, orders, auctions, quotes } of auditors) {
      expect(reservations.size).toBeGreaterThan(0);
      const overdue = [orders.overdue(now), auctions.overdue(now), quotes.overdue(now, (instant) => instant)];
      expect(overdue).toEqual([null, null, null]);
    }
  });

  it('left a log, states and read models that verify', async () => {
    expect(await verify()).toMatchObject({ ok: true });
  }, TIMEOUT_MS);
});
