import { QueueEvents } from 'bullmq';
import pg from 'pg';
import { present } from '../../src/kernel/assert.js';
import type { Instant } from '../../src/kernel/time.js';
import { SimulatedClock } from '../../src/platform/clock/clock.js';
import type { TestDatabase } from '../support/database.js';
import { untilQuiet } from '../support/log-checks.js';
import { RedisProcess } from '../support/redis-process.js';
import { ServedMarket } from '../support/served-market.js';
import { newSecretKey, ServerProcess } from '../support/server-processes.js';
import { emptyDatabase, TESTS_BEGIN } from '../support/test-time.js';
import { HOUR } from '../support/trading.js';
import { giveWay, untilHolds } from '../support/until.js';

/** What a frozen worker was about to write: a hold that expires, and an hour of use that is rated. */
const WRITES = ['HoldReleased', 'UsageHourRated'];
/** Shorter than in production, so that nobody waits for it. */
const SILENCE = { WORKER_SILENCE_MS: '2000' };

let database: TestDatabase;
let pool: pg.Pool;
let redis: RedisProcess;
let frozen: ServerProcess;
let other: ServerProcess;
const listeners: QueueEvents[] = [];
/** How often BullMQ said that a job is completed, by its id. */
const completions = new Map<string, number>();
let reservationId: string;

beforeAll(async () => {
  database = await emptyDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  redis = await RedisProcess.start();
  const shared = { databaseUrl: database.url, secretKey: newSecretKey() };
  const settings = { REDIS_URL: redis.url, SIMULATED_CLOCK: 'true', ...SILENCE };
  frozen = await ServerProcess.start(shared, {
    script: 'test/support/holding-server.mjs',
    settings: { ...settings, HOLD: WRITES.join(',') },
  });
  await listen();
  await giveWork(present(frozen.url, 'a server that listens'));
  for (const type of WRITES) await frozen.until(new RegExp(`^holding ${type}`));
  frozen.signal('SIGSTOP');
  // It will find this when it goes on.
  frozen.tell('go');
  other = await ServerProcess.start(shared, { settings });
  await until(`SELECT count(*) = ${WRITES.length} AS holds FROM eventstore.events WHERE type = ANY($1)`, [WRITES]);
  await until(`SELECT count(*) = 0 AS holds FROM eventstore.outbox WHERE enqueued_at IS NOT NULL AND completed_at IS NULL AND job = ANY($1)`, [
    ['roll-up', 'advance-market'],
  ]);
  // It reads the log, which the frozen one was reading.
  await untilQuiet(pool);
}, 60_000);
afterAll(async () => {
  await Promise.all(listeners.map((listener) => listener.close()));
  await Promise.all([frozen, other].map((server) => server?.end()));
  await redis.end();
  await pool.end();
  await database.drop();
});

async function listen(): Promise<void> {
  for (const name of ['allocation', 'metering']) {
    const connection = { url: redis.url };
    const listener = new QueueEvents(name, { connection, prefix: '{headroom}' });
    listener.on('completed', ({ jobId }) => completions.set(jobId, (completions.get(jobId) ?? 0) + 1));
    await listener.waitUntilReady();
    listeners.push(listener);
  }
}

/** A hold that nobody pays, and use of a reservation that has begun. */
async function giveWork(url: string): Promise<void> {
  const market = await ServedMarket.open(url, TESTS_BEGIN);
  reservationId = await market.buy(0, 2, 3);
  const listingId = await market.list(2, 4, 5);
  await market.reserve(listingId, 2, 4, 5);
  await new SimulatedClock(pool).advanceTo((market.start + HOUR / 2) as Instant);
  const time = market.start + HOUR / 4;
  for (;;) {
    // Until the process has heard that time has passed.
    const { status } = await market.report(url, [market.event(reservationId, time, { id: 'request-1' })]);
    if (status === 202) break;
    await giveWay();
  }
}

const until = (statement: string, values: readonly unknown[] = []): Promise<void> => untilHolds(pool, statement, values);

const eventsOf = async (): Promise<readonly { readonly type: string; readonly position: string }[]> =>
  (await pool.query('SELECT type, position FROM eventstore.events WHERE type = ANY($1) ORDER BY type', [WRITES])).rows;
const jobsDone = async (): Promise<readonly unknown[]> =>
  (await pool.query(`SELECT message_id, completed_at FROM eventstore.outbox WHERE completed_at IS NOT NULL
    AND job IN ('roll-up', 'advance-market') ORDER BY message_id`)).rows;

describe('a worker that is stopped past the lock of its jobs (FAULTS 17)', () => {
  it('writes nothing when it goes on: what it was doing was done once, by another', async () => {
    const [events, done] = [await eventsOf(), await jobsDone()];
    expect(events.map(({ type }) => type)).toEqual(WRITES);
    frozen.signal('SIGCONT');
    for (const type of WRITES) {
      expect(await frozen.until(new RegExp(`^late ${type}`))).toMatch(/version-conflict|answer-exists/);
    }
    // It believes that it has completed its jobs, and Redis does not take that from it.
    await frozen.until(/Missing (key|lock) for job/);
    await untilQuiet(pool);
    expect(await eventsOf()).toEqual(events);
    expect(await jobsDone()).toEqual(done);
    expect([...completions.values()].filter((count) => count !== 1)).toEqual([]);
    expect(completions.size).toBeGreaterThanOrEqual(WRITES.length);
    // That jobs were run again is to be seen, also where none of them failed.
    const metrics = await (await fetch(`${present(other.url, 'a server that listens')}/metrics`)).text();
    for (const queue of ['allocation', 'metering']) {
      expect(metrics).toMatch(new RegExp(`^headroom_job_stalls\\{queue="${queue}"\\} [1-9]`, 'm'));
    }
  });

  it('goes on working', async () => {
    await other.end();
    const { rows } = await pool.query(`INSERT INTO eventstore.outbox (queue, job, dedupe_key, payload, run_at)
      SELECT queue, job, 'roll-up again', payload, run_at FROM eventstore.outbox WHERE job = 'roll-up' LIMIT 1
      RETURNING message_id`);
    await until('SELECT completed_at IS NOT NULL AS holds FROM eventstore.outbox WHERE message_id = $1', [
      rows[0]?.message_id,
    ]);
    expect(frozen.isRunning).toBe(true);
    const { rows: use } = await pool.query('SELECT events FROM usage_hour WHERE reservation_id = $1', [reservationId]);
    expect(use).toEqual([{ events: '1' }]);
  });
});
