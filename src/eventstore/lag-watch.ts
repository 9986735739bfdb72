import type { Pool } from 'pg';
import type { Gauge } from '../platform/metrics/metrics.js';

/** How far one reader of the log is behind what is committed. */
export interface Lag {
  readonly subscription: string;
  /** Events that it has yet to handle, counted up to a limit. */
  readonly events: number;
  /** For how long it has been seen behind without moving. */
  readonly standsStillMs: number;
}

/** The transaction that readers wait for: they stop below the oldest one that is under way. */
export interface OldestTransaction {
  readonly pid: number;
  readonly application: string;
  readonly state: string | null;
  readonly seconds: number;
}

export interface LagReading {
  readonly lags: readonly Lag[];
  /** Null: none writes. */
  readonly oldest: OldestTransaction | null;
}

export interface LagHooks {
  readonly warn: (message: string, details: Record<string, unknown>) => void;
  /** Milliseconds that only grow; real time, however the product's is simulated. */
  readonly nowMs: () => number;
}

interface LagRow {
  readonly subscription: string;
  readonly place: string;
  readonly events: number;
}

const COUNTED_MAX = 1_000;
/** A reader that has work and does not move for so long is told of. */
export const ALARM_AFTER_MS = 10_000;
const LOOK_EVERY_MS = 5_000;

/** In the order of the log's index: without it a planner may read every event there is, for each reader. */
const LAGS = `
  SELECT c.subscription, c.transaction_id || ' ' || c.position AS place, (
    SELECT count(*)::int FROM (
      SELECT 1 FROM eventstore.events e
      WHERE (e.transaction_id, e.position) > (c.transaction_id, c.position)
      ORDER BY e.transaction_id, e.position LIMIT ${COUNTED_MAX}
    ) AS waiting
  ) AS events
  FROM eventstore.checkpoints c ORDER BY c.subscription`;

const OLDEST = `
  SELECT pid, application_name AS application, state,
    extract(epoch FROM clock_timestamp() - xact_start)::float8 AS seconds
  FROM pg_stat_activity WHERE backend_xid IS NOT NULL
  ORDER BY age(backend_xid) DESC LIMIT 1`;

/**
 * Looks whether readers of the log keep up. Standing still is told from having nothing to do: it counts
 * from the first look at which there was something to read and the checkpoint was where it still is.
 */
export class LagWatch {
  private readonly seen = new Map<string, { readonly place: string; readonly sinceMs: number }>();
  private readonly alarmed = new Set<string>();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly pool: Pool,
    private readonly hooks: LagHooks,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.look().catch((error: unknown) =>
        this.hooks.warn('it could not be seen whether readers of the log keep up', {
          error: String(error),
        }),
      );
    }, LOOK_EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  /** Looks once, and raises the alarm for readers that stand still: once for each time. */
  async look(): Promise<LagReading> {
    const { rows } = await this.pool.query<LagRow>(LAGS);
    const found = await this.pool.query<OldestTransaction>(OLDEST);
    const oldest = found.rows[0] ?? null;
    const lags = rows.map((row) => this.lagOf(row));
    for (const lag of lags) this.tell(lag, oldest);
    return { lags, oldest };
  }

  /** The same as figures. */
  async gauges(): Promise<readonly Gauge[]> {
    const { lags, oldest } = await this.look();
    const each = (value: (lag: Lag) => number): Gauge['values'] =>
      lags.map((lag) => ({ labels: { subscription: lag.subscription }, value: value(lag) }));
    return [
      {
        name: 'headroom_subscription_lag_events',
        help: `Committed events that a reader of the log has yet to handle, counted up to ${COUNTED_MAX}.`,
        values: each(({ events }) => events),
      },
      {
        name: 'headroom_subscription_standstill_seconds',
        help: 'For how long a reader of the log has been behind without moving.',
        values: each(({ standsStillMs }) => standsStillMs / 1_000),
      },
      {
        name: 'headroom_oldest_transaction_seconds',
        help: 'Age of the oldest transaction that writes: readers of the log wait for it.',
        values: [{ labels: {}, value: oldest?.seconds ?? 0 }],
      },
    ];
  }

  private lagOf({ subscription, place, events }: LagRow): Lag {
    const nowMs = this.hooks.nowMs();
    const before = this.seen.get(subscription);
    if (events === 0) this.seen.delete(subscription);
    else if (before?.place !== place) this.seen.set(subscription, { place, sinceMs: nowMs });
    const { sinceMs } = this.seen.get(subscription) ?? { sinceMs: nowMs };
    return { subscription, events, standsStillMs: nowMs - sinceMs };
  }

  private tell(lag: Lag, oldest: OldestTransaction | null): void {
    const { subscription, events, standsStillMs } = lag;
    const isAlarming = standsStillMs >= ALARM_AFTER_MS;
    if (isAlarming === this.alarmed.has(subscription)) return;
    if (!isAlarming) {
      this.alarmed.delete(subscription);
      this.hooks.warn('a reader of the log goes on', { subscription, events });
      return;
    }
    this.alarmed.add(subscription);
    const message = 'lag alarm: a reader of the log is behind and stands still';
    this.hooks.warn(message, { subscription, events, standsStillMs, oldestTransaction: oldest });
  }
}
