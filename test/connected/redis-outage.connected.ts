import { Queue } from 'bullmq';
import pg from 'pg';
import { present } from '../../src/kernel/assert.js';
import type { Instant } from '../../src/kernel/time.js';
import { SimulatedClock } from '../../src/platform/clock/clock.js';
import type { TestDatabase } from '../support/database.js';
import { checkBooks, checkCharges, checkMarkets, readWholeLog, untilQuiet } from '../support/log-checks.js';
import { RedisProcess } from '../support/redis-process.js';
import { at, BUYER_LOGIN, ServedMarket } from '../support/served-market.js';
import { newSecretKey, ServerProcess } from '../support/server-processes.js';
import { emptyDatabase, TESTS_BEGIN } from '../support/test-time.js';
import { HOUR } from '../support/trading.js';
import { untilHolds } from '../support/until.js';

/** So many reservations are bought, and requests reported, in each part of the story. */
const ROUNDS = 6;
const OUTPUT_TOKENS = 20;

let database: TestDatabase;
let pool: pg.Pool;
let redis: RedisProcess;
let server: ServerProcess;
let market: ServedMarket;
let url: string;
/** The reservation that use is reported of, and all that were bought and acknowledged. */
let served: string;
const bought: string[] = [];
let reported = 0;
const refused: string[] = [];

beforeAll(async () => {
  database = await emptyDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  redis = await RedisProcess.start();
  const shared = { databaseUrl: database.url, secretKey: newSecretKey() };
  const settings = { REDIS_URL: redis.url, SIMULATED_CLOCK: 'true' };
  server = await ServerProcess.start(shared, { settings });
  url = present(server.url, 'a server that listens');
  market = await ServedMarket.open(url, TESTS_BEGIN);
  served = await market.buy(0, 2, 5);
  await new SimulatedClock(pool).advanceTo((market.start + HOUR / 2) as Instant);
  await until(`SELECT status = 'active' AS holds FROM reservation WHERE reservation_id = $1`, [served]);
}, 60_000);
afterAll(async () => {
  await server.end();
  await redis.end();
  await pool.end();
  await database.drop();
});

const until = (statement: string, values: readonly unknown[] = []): Promise<void> => untilHolds(pool, statement, values);

/** Somebody buys, and somebody else's requests are reported: each is acknowledged, or told when to come again. */
async function rounds(): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    bought.push(await market.buy(4, 6, 1));
    const event = market.event(served, market.start + HOUR / 4);
    const { status, retryAfter, body } = await market.report(url, [event, event]);
    if (status === 202) reported += 1;
    else refused.push(`${status} ${retryAfter} ${JSON.stringify(body)}`);
  }
}

/** Jobs that are handed over stay where they are: in Redis. */
async function pauseQueues(): Promise<void> {
  for (const name of ['allocation', 'billing', 'metering']) {
    const queue = new Queue(name, { connection: { url: redis.url }, prefix: '{headroom}' });
    await queue.pause();
    await queue.close();
  }
}

/** What was handed over is handed over again after a minute, by the database's clock. */
async function aMinuteLater(): Promise<void> {
  await pool.query(`UPDATE eventstore.outbox SET enqueued_at = enqueued_at - interval '2 minutes'
    WHERE completed_at IS NULL AND enqueued_at IS NOT NULL`);
}

const untilJobsAreDone = (): Promise<void> =>
  until(`SELECT count(*) = 0 AS holds FROM eventstore.outbox WHERE completed_at IS NULL
    AND (enqueued_at IS NOT NULL OR job = 'roll-up')`);

describe('Redis loses everything, or is away (FAULTS 18)', () => {
  it('loses no job that was in it', async () => {
    await pauseQueues();
    await rounds();
    await until(`SELECT count(*) > 0 AS holds FROM eventstore.outbox
      WHERE completed_at IS NULL AND enqueued_at IS NOT NULL AND job = 'roll-up'`);
    await redis.flush();
    await rounds();
    await aMinuteLater();
    await untilJobsAreDone();
    expect(refused).toEqual([]);
  }, 60_000);

  it('takes orders and use while it is away, and people in', async () => {
    await redis.kill();
    await rounds();
    await server.until(/jobs could not be handed over/);
    await rounds();
    await at(url, market.buyer).mustMutate('signIn', 'SignInInput', BUYER_LOGIN);
    expect(refused).toEqual([]);
    await redis.start();
    await rounds();
    await aMinuteLater();
    await untilJobsAreDone();
  }, 60_000);

  it('has every order and every record, once, in a process that never ended', async () => {
    await untilQuiet(pool);
    expect(server.isRunning).toBe(true);
    const { rows: owned } = await pool.query<{ owned: number }>(
      `SELECT count(*)::int AS owned FROM reservation WHERE reservation_id = ANY($1) AND status <> 'held'`,
      [bought],
    );
    expect(owned).toEqual([{ owned: 5 * ROUNDS }]);
    const { rows: use } = await pool.query(
      `SELECT events::int AS events, output_tokens::int AS output FROM usage_hour WHERE reservation_id = $1`,
      [served],
    );
    expect(reported).toBe(5 * ROUNDS);
    expect(use).toEqual([{ events: reported, output: OUTPUT_TOKENS * reported }]);
    const log = await readWholeLog(pool, present(market.poolId.split('~')[0], 'market'));
    checkMarkets(log);
    checkBooks(log);
    checkCharges(log);
  });
});
