import pg from 'pg';
import { z } from 'zod';
import { OutboxRelay } from '../../src/eventstore/outbox-relay.js';
import { createLogger } from '../../src/platform/logging/logger.js';
import { jobType, toMessage } from '../../src/platform/queue/job.js';
import { JobRegistry } from '../../src/platform/queue/job-registry.js';
import { JobQueues, type QueueBackend } from '../../src/platform/queue/job-queues.js';
import { JobRunner } from '../../src/platform/queue/job-runner.js';
import type { Instant } from '../../src/kernel/time.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { giveWay } from '../support/until.js';

const { TEST_REDIS_URL: redisUrl } = process.env;
type NamedBackend = readonly [name: string, backendOf: (databaseUrl: string) => QueueBackend];
const onPostgres: NamedBackend = [
  'BullMQ on PostgreSQL',
  (databaseUrl) => ({ kind: 'postgres', databaseUrl }),
];
const onRedis = (url: string): NamedBackend => [
  'BullMQ on Redis',
  () => ({ kind: 'redis', redisUrl: url }),
];
const backends = [onPostgres, ...(redisUrl === undefined ? [] : [onRedis(redisUrl)])];

const addJob = jobType('platform', 'add', z.object({ amount: z.number() }));

describe.each(backends)('jobs: %s', (_name, backendOf) => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let relay: OutboxRelay;
  let now = 1_000_000 as Instant;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 4 });
    relay = new OutboxRelay(pool, { now: () => now });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  /** A runner whose handler reports each run; resolves runs one by one. */
  function runner(handler: (amount: number) => Promise<void>): JobRunner {
    const registry = new JobRegistry();
    registry.register(addJob, ({ amount }) => handler(amount));
    const silent = createLogger('silent');
    return new JobRunner(new JobQueues(backendOf(database.url), silent, 30_000), relay, registry, silent);
  }

  const put = (amount: number, runAt: Instant, dedupeKey = String(amount)): Promise<void> =>
    relay.put(toMessage(addJob, { amount }, { runAt, dedupeKey }));

  const until = async (isTrue: () => Promise<boolean>): Promise<void> => {
    while (!(await isTrue())) await giveWay();
  };

  it('runs what is due once, and what is not due not yet', async () => {
    const seen: number[] = [];
    const jobs = runner(async (amount) => void seen.push(amount));
    await jobs.start();
    await put(1, now);
    await put(1, now);
    await put(2, (now + 60_000) as Instant);
    jobs.wake();
    await until(async () => (await relay.countOpen()) === 0);
    expect(seen).toEqual([1]);
    now = (now + 60_000) as Instant;
    jobs.wake();
    await until(async () => seen.length === 2 && (await relay.countOpen()) === 0);
    expect(seen).toEqual([1, 2]);
    await jobs.stop();
  });

  it('tries a failing job again', async () => {
    const attempts: number[] = [];
    const jobs = runner(async (amount) => {
      attempts.push(amount);
      if (attempts.length < 3) throw new Error('not this time');
    });
    await jobs.start();
    await put(3, now);
    jobs.wake();
    await until(async () => (await relay.countOpen()) === 0);
    expect(attempts).toEqual([3, 3, 3]);
    await jobs.stop();
  });

  it('hands over again what a queue lost', async () => {
    const seen: number[] = [];
    await put(4, now);
    // Handed over to a queue that then lost everything it had.
    await relay.relay(async () => undefined);
    await pool.query(`UPDATE eventstore.outbox SET enqueued_at = now() - interval '2 minutes'
      WHERE completed_at IS NULL`);
    const jobs = runner(async (amount) => void seen.push(amount));
    await jobs.start();
    jobs.wake();
    await until(async () => (await relay.countOpen()) === 0);
    expect(seen).toEqual([4]);
    await jobs.stop();
  });

  it('keeps what a queue cannot take', async () => {
    await put(5, now);
    const refused = relay.relay(async () => {
      throw new Error('queue is down');
    });
    await expect(refused).rejects.toThrow('queue is down');
    expect(await relay.countOpen()).toBe(1);
    const taken: string[] = [];
    await relay.relay(async (due) => void taken.push(...due.map(({ payload }) => payload)));
    expect(taken).toEqual(['{"amount":5}']);
  });
});

describe('job registry', () => {
  it('refuses two handlers, names jobs without one, and checks payloads', async () => {
    const registry = new JobRegistry();
    expect(() => registry.assertComplete([addJob])).toThrow('platform/add');
    registry.register(addJob, async () => undefined);
    expect(() => registry.register(addJob, async () => undefined)).toThrow('two handlers');
    registry.assertComplete([addJob]);
    await expect(registry.run('platform', 'add', { amount: 'x' })).rejects.toThrow();
  });
});
