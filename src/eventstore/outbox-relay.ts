import type { Pool } from 'pg';
import type { Instant } from '../kernel/time.js';

export interface DueMessage {
  readonly messageId: string;
  readonly queue: string;
  readonly job: string;
  readonly payload: string;
  /** How often it was handed over, this time included. */
  readonly handovers: number;
}

const BATCH = 500;
/** A job that is not done this long after it was handed over was lost: hand it over again. */
const LOST_AFTER_SECONDS = 60;

/**
 * Rows are locked while they are handed over, so two relays never take the same one. What was taken
 * and then lost with its queue is taken again: PostgreSQL remembers, the queue only runs.
 */
const TAKE = `
  WITH due AS (
    SELECT message_id FROM eventstore.outbox
    WHERE completed_at IS NULL AND run_at <= $1
      AND (enqueued_at IS NULL OR enqueued_at < now() - make_interval(secs => $2))
    ORDER BY run_at, message_id LIMIT $3 FOR UPDATE SKIP LOCKED
  )
  UPDATE eventstore.outbox o SET enqueued_at = now(), handovers = o.handovers + 1
  FROM due WHERE o.message_id = due.message_id
  RETURNING o.message_id AS "messageId", o.queue, o.job, o.payload, o.handovers`;

const GIVE_BACK = `UPDATE eventstore.outbox SET enqueued_at = NULL WHERE message_id = ANY($1)`;
/** Once: a worker that was frozen may come late. */
const COMPLETE = `UPDATE eventstore.outbox SET completed_at = now()
  WHERE message_id = $1 AND completed_at IS NULL`;
const PUT = `INSERT INTO eventstore.outbox (queue, job, dedupe_key, payload, run_at)
  VALUES ($1, $2, $3, $4, $5) ON CONFLICT (queue, dedupe_key) DO NOTHING`;
const OPEN = `SELECT count(*)::int AS open FROM eventstore.outbox
  WHERE completed_at IS NULL AND run_at <= $1`;

/** Names of jobs that were done so long ago are not asked for again: their jobs are about later times. */
const PRUNE = `DELETE FROM eventstore.outbox WHERE message_id IN (
  SELECT message_id FROM eventstore.outbox
  WHERE completed_at IS NOT NULL AND run_at < $1 ORDER BY message_id LIMIT $2)`;

/** The durable side of the job queues. */
export class OutboxRelay {
  constructor(
    private readonly pool: Pool,
    private readonly clock: { now(): Instant },
  ) {}

  /** Hands due messages over; gives them back when the queue cannot take them. */
  async relay(handOver: (messages: readonly DueMessage[]) => Promise<void>): Promise<number> {
    const now = new Date(this.clock.now());
    const { rows } = await this.pool.query<DueMessage>(TAKE, [now, LOST_AFTER_SECONDS, BATCH]);
    if (rows.length === 0) return 0;
    try {
      await handOver(rows);
    } catch (error) {
      await this.pool.query(GIVE_BACK, [rows.map(({ messageId }) => messageId)]);
      throw error;
    }
    return rows.length;
  }

  async complete(messageId: string): Promise<void> {
    await this.pool.query(COMPLETE, [messageId]);
  }

  /** For jobs that no event calls for. */
  async put(message: {
    readonly queue: string;
    readonly job: string;
    readonly dedupeKey: string;
    readonly payload: string;
    readonly runAt: number;
  }): Promise<void> {
    const { queue, job, dedupeKey, payload, runAt } = message;
    await this.pool.query(PUT, [queue, job, dedupeKey, payload, new Date(runAt)]);
  }

  /** Forgets some jobs that were due before an instant and are done; how many those were. */
  async prune(before: Instant, limit: number): Promise<number> {
    const { rowCount } = await this.pool.query(PRUNE, [new Date(before), limit]);
    return rowCount ?? 0;
  }

  /** Messages that are due and not done. */
  async countOpen(): Promise<number> {
    const { rows } = await this.pool.query<{ open: number }>(OPEN, [new Date(this.clock.now())]);
    return rows[0]?.open ?? 0;
  }
}
