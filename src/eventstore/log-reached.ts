import { setTimeout as wait } from 'node:timers/promises';
import type { Pool } from 'pg';
import { isAfter, type LogPosition } from './event.js';
import type { LogReached } from './log-audit.js';

const CHECKPOINTS = `SELECT subscription, transaction_id::text AS "transactionId", position
  FROM eventstore.checkpoints`;
const JOBS = `SELECT job, dedupe_key AS key FROM eventstore.outbox WHERE completed_at IS NULL`;
const PAUSE_MS = 10;
const LOOKS_MAX = 500;

/** One cut through all streams, and what was done about what is below it. */
export interface LogCut {
  /** Below it every transaction has ended: what one event led to is never there without it. */
  readonly edge: bigint;
  readonly reached: LogReached;
}

/**
 * Where readers and jobs stand is asked first, and the cut is made above everything that was under way then:
 * so what they had done is below it. When something writes for longer than is waited for, nothing
 * is said to be done.
 */
export async function cutLog(pool: Pool): Promise<LogCut> {
  const [checkpoints, jobs, above] = [await readCheckpoints(pool), await readJobs(pool), await readAbove(pool)];
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const edge = await readEdge(pool);
    if (edge >= above) return { edge, reached: reachedBy(checkpoints, jobs) };
    await wait(PAUSE_MS);
  }
  return { edge: await readEdge(pool), reached: reachedBy(new Map(), jobs) };
}

type Checkpoints = ReadonlyMap<string, LogPosition>;
type Jobs = ReadonlyMap<string, readonly string[]>;

function reachedBy(checkpoints: Checkpoints, jobs: Jobs): LogReached {
  return {
    hasRead: (subscription, event) => {
      const place = checkpoints.get(subscription);
      return place !== undefined && !isAfter(event, place);
    },
    isAwaited: (job, key) => (jobs.get(job) ?? []).some((one) => one.startsWith(`${job} ${key}`)),
  };
}

async function readCheckpoints(pool: Pool): Promise<Checkpoints> {
  const { rows } = await pool.query<{ subscription: string; transactionId: string; position: string }>(CHECKPOINTS);
  return new Map(
    rows.map(({ subscription, transactionId, position }) => [
      subscription,
      { transactionId: BigInt(transactionId), position: BigInt(position) },
    ]),
  );
}

async function readJobs(pool: Pool): Promise<Jobs> {
  const { rows } = await pool.query<{ job: string; key: string }>(JOBS);
  const jobs = new Map<string, string[]>();
  for (const { job, key } of rows) {
    const known = jobs.get(job);
    if (known === undefined) jobs.set(job, [key]);
    else known.push(key);
  }
  return jobs;
}

/** No transaction that has begun to write has this id or a later one. */
async function readAbove(pool: Pool): Promise<bigint> {
  const { rows } = await pool.query<{ above: string }>('SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS above');
  return BigInt(rows[0]?.above ?? 0);
}

async function readEdge(pool: Pool): Promise<bigint> {
  const { rows } = await pool.query<{ edge: string }>('SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS edge');
  return BigInt(rows[0]?.edge ?? 0);
}
