import type { Pool } from 'pg';
import { z } from 'zod';
import type { Instant } from '../kernel/time.js';
import type { PubSub, Unsubscribe } from '../platform/pubsub/pubsub.js';
import { topic } from '../platform/pubsub/topic.js';
import type { LogPosition, StreamId } from './event.js';
import { readCheckpoint } from './checkpoint.js';

/** A subscription (the key) has read on. A hint: whoever misses it finds out by polling. */
export const LOG_READ = topic('log-read', z.strictObject({}));

/** Newest event of a stream among those that are followed. */
export interface StreamChange {
  readonly stream: StreamId;
  readonly version: number;
  readonly at: Instant;
}

export interface FollowerOptions {
  /** The reader to stay behind: what it wrote is there to be read when a change is told. */
  readonly subscription: string;
  readonly category: string;
  readonly types: readonly string[];
  readonly changed: (change: StreamChange) => void;
  readonly warn: (message: string, details: Record<string, unknown>) => void;
}

interface ChangeRow {
  readonly stream_id: string;
  readonly version: number;
  readonly at_ms: string;
}

/** How late a change may be told when no hint comes. */
const POLL_MS = 250;
/** Changes that come closer together are told as one. */
const GATHER_MS = 100;

/** One row for each stream, however many events it got. */
const CHANGES = `
  SELECT stream_id, max(version) AS version,
    (extract(epoch FROM max(occurred_at)) * 1000)::int8 AS at_ms
  FROM eventstore.events
  WHERE (transaction_id, position) > ($1::text::xid8, $2)
    AND (transaction_id, position) <= ($3::text::xid8, $4)
    AND starts_with(stream_id, $5) AND type = ANY($6::text[])
  GROUP BY stream_id ORDER BY stream_id`;

const NEWEST = `
  SELECT stream_id, version, (extract(epoch FROM occurred_at) * 1000)::int8 AS at_ms
  FROM eventstore.events
  WHERE stream_id = $1 AND type = ANY($2::text[])
    AND (transaction_id, position) <= ($3::text::xid8, $4)
  ORDER BY version DESC LIMIT 1`;

/**
 * Follows the log from where it is now, for as long as somebody wants to know. Every process has its
 * own and keeps no checkpoint, so each hears everything; none of them moves what others rely on.
 */
export class LogFollower {
  private leave: Unsubscribe = () => undefined;
  private loop: Promise<void> | null = null;
  private isStopping = false;
  private isHinted = false;
  private wakeUp: () => void = () => undefined;

  constructor(
    private readonly pool: Pool,
    private readonly pubsub: PubSub,
    private readonly options: FollowerOptions,
  ) {}

  /** Resolves when every change from now on will be told. */
  async start(): Promise<void> {
    const { subscription } = this.options;
    // Not waited for: where Redis is away, polling has to do.
    void this.pubsub
      .subscribe(LOG_READ, subscription, () => this.hint())
      .then((leave) => (this.isStopping ? leave() : (this.leave = leave)))
      .catch(() => undefined);
    this.loop = this.run(await readCheckpoint(this.pool, subscription));
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    this.leave();
    this.wakeUp();
    await this.loop;
  }

  /** Where a stream stands for those who read what the subscription wrote; null: nothing yet. */
  async newest(stream: StreamId): Promise<StreamChange | null> {
    const { subscription, types } = this.options;
    const { transactionId, position } = await readCheckpoint(this.pool, subscription);
    const values = [stream, types, transactionId.toString(), position.toString()];
    const { rows } = await this.pool.query<ChangeRow>(NEWEST, values);
    return rows[0] === undefined ? null : toChange(rows[0]);
  }

  private async run(start: LogPosition): Promise<void> {
    let place = start;
    while (!this.isStopping) {
      this.isHinted = false;
      try {
        const next = await this.step(place);
        const hasMoved = next.position !== place.position || next.transactionId !== place.transactionId;
        place = next;
        if (hasMoved) await this.pause(GATHER_MS, false);
      } catch (error) {
        const { subscription } = this.options;
        const reason = error instanceof Error ? error.message : String(error);
        this.options.warn('the log could not be followed; it will be tried again', {
          subscription,
          error: reason,
        });
      }
      if (!this.isHinted) await this.pause(POLL_MS, true);
    }
  }

  private async step(place: LogPosition): Promise<LogPosition> {
    const { subscription, category, types, changed } = this.options;
    const end = await readCheckpoint(this.pool, subscription);
    if (end.position === place.position && end.transactionId === place.transactionId) return place;
    const { rows } = await this.pool.query<ChangeRow>(CHANGES, [
      ...[place.transactionId.toString(), place.position.toString()],
      ...[end.transactionId.toString(), end.position.toString()],
      ...[`${category}-`, types],
    ]);
    for (const row of rows) changed(toChange(row));
    return end;
  }

  private hint(): void {
    this.isHinted = true;
    this.wakeUp();
  }

  private pause(ms: number, canBeHinted: boolean): Promise<void> {
    if (this.isStopping) return Promise.resolve();
    return new Promise((done) => {
      const wake = (): void => {
        clearTimeout(timer);
        done();
      };
      const timer = setTimeout(done, ms);
      this.wakeUp = () => {
        if (canBeHinted || this.isStopping) wake();
      };
    });
  }
}

function toChange({ stream_id: stream, version, at_ms: at }: ChangeRow): StreamChange {
  return { stream: stream as StreamId, version, at: Number(at) as Instant };
}
