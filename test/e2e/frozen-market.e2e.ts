import pg from 'pg';
import { present } from '../../src/kernel/assert.js';
import { marketOf } from '../../src/kernel/ids.js';
import type { ApiClient } from '../support/app.js';
import type { TestDatabase } from '../support/database.js';
import { checkBooks, checkCharges, checkMarkets, checkSetAside, readWholeLog, untilQuiet } from '../support/log-checks.js';
import { at, ServedMarket } from '../support/served-market.js';
import { newSecretKey, ServerProcess, type SharedSettings } from '../support/server-processes.js';
import { emptyDatabase, TESTS_BEGIN } from '../support/test-time.js';
import { untilHolds } from '../support/until.js';

/** They answer and follow nothing: who follows the money would place an order itself, and be first. */
const SETTINGS = { SIMULATED_CLOCK: 'true', ROLE: 'api' };
const ORDER = '... on PlaceOrderSuccess { order { orderId status remaining fills { quantity } } } ... on CapacityRejection { available }';
const HOLD = '... on ReserveSuccess { reservation { reservationId quantity } } ... on CapacityRejection { available }';

let database: TestDatabase;
let pool: pg.Pool;
let frozen: ServerProcess;
let other: ServerProcess;
let worker: ServerProcess | undefined;
let shared: SharedSettings;
let market: ServedMarket;
let marketId: string;

beforeEach(async () => {
  database = await emptyDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  shared = { databaseUrl: database.url, secretKey: newSecretKey() };
  const held = { script: 'test/support/holding-server.mjs', settings: { ...SETTINGS, HOLD: 'OrderPlaced,ReservationHeld' } };
  [frozen, other] = await Promise.all([ServerProcess.start(shared, held), ServerProcess.start(shared, { settings: SETTINGS })]);
  market = await ServedMarket.open(present(other.url, 'a server that listens'), TESTS_BEGIN);
  marketId = present(marketOf(market.poolId), 'market of a pool');
}, 60_000);
afterEach(async () => {
  await Promise.all([frozen, other].map((server) => server?.end()));
  await worker?.end();
  worker = undefined;
  await pool.end();
  await database.drop();
});

/** The buyer, at the process that will stand still. */
const atFrozen = (): ApiClient => at(present(frozen.url, 'a server that listens'), market.buyer);

const bid = (client: ApiClient, key: string, quantity: number, timeInForce: string): Promise<Record<string, any>> => {
  const input = { marketId, window: market.window(0, 2), quantity: `${quantity}`, limitPrice: '1000', timeInForce };
  return client.mutate('placeOrder', 'PlaceOrderInput', input, { key, fields: ORDER });
};
const hold = (client: ApiClient, key: string, listingId: string, quantity: number): Promise<Record<string, any>> =>
  client.mutate('reserve', 'ReserveInput', { listingId, window: market.window(0, 2), quantity: `${quantity}` }, { key, fields: HOLD });

/** What was decided stays undecided for all others: nobody hears of it until the process goes on. */
async function freezeAt(type: string): Promise<void> {
  await frozen.until(new RegExp(`^holding ${type}`));
  frozen.signal('SIGSTOP');
  // It will find this when it goes on.
  frozen.tell('go');
}

/** What was there first is what the log says: I1 to I4, event by event, and each charge once. */
async function checkLog(orders: number): Promise<void> {
  worker = await ServerProcess.start(shared, { settings: { ...SETTINGS, ROLE: 'all' } });
  await untilHolds(pool, 'SELECT count(*) = $1 AS holds FROM market_order', [orders]);
  await untilQuiet(pool);
  const log = await readWholeLog(pool, marketId);
  const auditors = checkMarkets(log);
  checkBooks(log);
  checkCharges(log);
  checkSetAside(log, auditors);
}

const countOf = async (type: string): Promise<number> =>
  (await pool.query('SELECT count(*)::int AS count FROM eventstore.events WHERE type = $1', [type])).rows[0]?.count;

describe('a process that stands still between its decision about a market and the append (FAULTS 17)', () => {
  it.each([
    ['GTC', { order: { status: 'RESTING', remaining: '7', fills: [{ quantity: '1' }] } }, 2],
    ['FOK', { code: 'NOT_FILLABLE', available: '1' }, 1],
  ] as const)('decides anew what is left to a bid that is %s', async (timeInForce, expected, orders) => {
    await market.list(0, 2, 10);
    const late = bid(atFrozen(), 'late', 8, timeInForce);
    await freezeAt('OrderPlaced');
    expect(await bid(market.buyer, 'first', 9, 'FOK')).toMatchObject({ order: { status: 'FILLED', remaining: '0' } });
    frozen.signal('SIGCONT');
    expect(await late).toMatchObject(expected);
    expect(await frozen.until(/^late OrderPlaced/)).toBe('late OrderPlaced version-conflict');
    expect(await bid(market.buyer, 'late', 8, timeInForce)).toEqual(await bid(atFrozen(), 'late', 8, timeInForce));
    expect(await countOf('OrderPlaced')).toBe(orders);
    await checkLog(orders);
  });

  it('gives the answer that another gave under the same key meanwhile', async () => {
    await market.list(0, 2, 10);
    const late = bid(atFrozen(), 'same', 8, 'GTC');
    await freezeAt('OrderPlaced');
    const first = await bid(market.buyer, 'same', 8, 'GTC');
    expect(first).toMatchObject({ order: { status: 'FILLED', remaining: '0' } });
    frozen.signal('SIGCONT');
    expect(await late).toEqual(first);
    expect(await frozen.until(/^late OrderPlaced/)).toMatch(/version-conflict|answer-exists/);
    expect([await countOf('OrderPlaced'), await countOf('OrderFilled')]).toEqual([1, 1]);
    await checkLog(1);
  });

  it('holds nothing of an offer that was sold meanwhile', async () => {
    const listingId = await market.list(0, 2, 10);
    const late = hold(atFrozen(), 'late', listingId, 8);
    await freezeAt('ReservationHeld');
    expect(await bid(market.buyer, 'first', 9, 'FOK')).toMatchObject({ order: { status: 'FILLED' } });
    frozen.signal('SIGCONT');
    expect(await late).toMatchObject({ code: 'CAPACITY_EXHAUSTED', available: '1' });
    expect(await frozen.until(/^late ReservationHeld/)).toBe('late ReservationHeld version-conflict');
    expect(await countOf('ReservationHeld')).toBe(0);
    await checkLog(1);
  });
});
