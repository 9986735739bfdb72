import type { Pool, PoolClient } from 'pg';
import { isAfter, LOG_START, type LogPosition, type RecordedEvent } from './event.js';
import { readLog } from './postgres-event-store.js';

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
}

const PAGE = 500;

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
): Promise<SubscriptionStep> {
  const checkpoint = await readCheckpoint(pool, subscription.name);
  const events = await readLog(pool, checkpoint, PAGE);
  const last = events.at(-1);
  if (last === undefined) return { events: 0, isBehind: false };
  // Commands bring their own connections: holding one meanwhile could starve them of it.
  if (subscription.kind === 'commands') await subscription.handle(events);
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('BEGIN');
    if (subscription.kind === 'rows') await subscription.handle(events, client);
    const moved = await client.query(ADVANCE, [
      subscription.name,
      last.transactionId.toString(),
      last.position.toString(),
      checkpoint.transactionId.toString(),
      checkpoint.position.toString(),
    ]);
    await client.query(moved.rowCount === 1 ? 'COMMIT' : 'ROLLBACK');
    return { events: events.length, isBehind: true };
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    await client.query('ROLLBACK').catch(() => undefined);
    throw failure;
  } finally {
    client.release(failure);
  }
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
