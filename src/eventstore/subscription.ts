import type { Pool, PoolClient } from 'pg';
import { isAfter, LOG_START, type LogPosition, type RecordedEvent } from './event.js';
import { LogTail } from './log-tail.js';

/**
 * A reader of the whole log.
 *
 * - `rows`: `handle` writes through the given client; its rows and the checkpoint commit together,
 *   so each event is applied once.
 * - `commands`: `handle` sends commands and the checkpoint follows; after a crash the same events
 *   come again, so every command carries an idempotency key made of the event.
 */
export type Subscription =
  | {
      readonly name: string;
      readonly kind: 'rows';
      handle(events: readonly RecordedEvent[], client: PoolClient): Promise<void>;
    }
  | {
      readonly name: string;
      readonly kind: 'commands';
      handle(events: readonly RecordedEvent[]): Promise<void>;
    };

export interface SubscriptionStep {
  readonly events: number;
  /** True when there may be more to read at once. */
  readonly isBehind: boolean;
  /** Where the checkpoint is now; null when it has to be asked for. */
  readonly place: LogPosition | null;
}

/** What a step may be told that it would ask the database for. */
export interface StepOptions {
  /** Where the checkpoint was left. */
  readonly place?: LogPosition | null;
  readonly log?: Pick<LogTail, 'read'>;
}

/** Events handled and committed together. */
export const PAGE = 500;

const ENSURE = `INSERT INTO eventstore.checkpoints (subscription) VALUES ($1)
  ON CONFLICT (subscription) DO NOTHING`;
const READ = `SELECT transaction_id::text AS transaction_id, position
  FROM eventstore.checkpoints WHERE subscription = $1`;
/** Compare-and-set: of two processes that handled the same page, one commits. */
const ADVANCE = `UPDATE eventstore.checkpoints
  SET transaction_id = $2::text::xid8, position = $3, updated_at = now()
  WHERE subscription = $1 AND transaction_id = $4::text::xid8 AND position = $5`;

/** Handles one page and moves the checkpoint past it. */
export async function stepSubscription(
  pool: Pool,
  subscription: Subscription,
  { place = null, log = LogTail.of(pool) }: StepOptions = {},
): Promise<SubscriptionStep> {
  const checkpoint = place ?? (await readCheckpoint(pool, subscription.name));
  const events = await log.read(checkpoint, PAGE);
  const last = events.at(-1);
  if (last === undefined) return { events: 0, isBehind: false, place: null };
  const hasMoved = await handle(pool, subscription, { events, from: checkpoint, to: last });
  return { events: events.length, isBehind: true, place: hasMoved ? last : null };
}

interface Page {
  readonly events: readonly RecordedEvent[];
  readonly from: LogPosition;
  readonly to: LogPosition;
}
type Move = readonly [subscription: string, from: LogPosition, to: LogPosition];

/** False when another process moved the checkpoint first. */
async function handle(
  pool: Pool,
  subscription: Subscription,
  { events, from, to }: Page,
): Promise<boolean> {
  const move: Move = [subscription.name, from, to];
  if (subscription.kind === 'rows') {
    return commitRows(pool, (client) => subscription.handle(events, client), move);
  }
  // Commands bring their own connections: holding one meanwhile could starve them of it.
  await subscription.handle(events);
  return advance(pool, move);
}

/** Rows and checkpoint in one commit, or neither. */
async function commitRows(
  pool: Pool,
  write: (client: PoolClient) => Promise<void>,
  move: Move,
): Promise<boolean> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('BEGIN');
    await write(client);
    const hasMoved = await advance(client, move);
    await client.query(hasMoved ? 'COMMIT' : 'ROLLBACK');
    return hasMoved;
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    await client.query('ROLLBACK').catch(() => undefined);
    throw failure;
  } finally {
    client.release(failure);
  }
}

async function advance(on: Pool | PoolClient, [name, from, to]: Move): Promise<boolean> {
  const places = [to, from].flatMap(({ transactionId, position }) => [transactionId, position]);
  const moved = await on.query(ADVANCE, [name, ...places.map(String)]);
  return moved.rowCount === 1;
}

export async function readCheckpoint(pool: Pool, name: string): Promise<LogPosition> {
  type Row = { readonly transaction_id: string; readonly position: string };
  const found = await pool.query<Row>(READ, [name]);
  const row = found.rows[0];
  if (row === undefined) {
    await pool.query(ENSURE, [name]);
    return LOG_START;
  }
  return { transactionId: BigInt(row.transaction_id), position: BigInt(row.position) };
}

/** Whether the subscription has handled everything up to a place in the log. */
export async function hasReached(pool: Pool, name: string, place: LogPosition): Promise<boolean> {
  return !isAfter(place, await readCheckpoint(pool, name));
}
