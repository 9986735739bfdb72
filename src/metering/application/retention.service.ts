import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Pool } from 'pg';
import { z } from 'zod';
import { Market } from '../../allocation/contract.js';
import { OutboxRelay } from '../../eventstore/outbox-relay.js';
import { DAY_MS, floorToGrid, formatInstant, plus, type Duration, type Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { CLOCK, POOL } from '../../platform/platform.module.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { jobType, toMessage } from '../../platform/queue/job.js';
import { keepPilotsOf } from './pilot-minutes.js';
import { forgetCycles, quietSince } from './usage-pending.js';
import { lagMsOf, readLag } from './usage-rollups.js';

/** Forgets what is older than its limits, once a day. */
export const pruneJob = jobType('metering', 'prune', z.object({ day: z.number().int() }));

/**
 * A usage event is needed for as long as it may come again, be corrected, or have its hour judged: 35
 * days after the request and 32 after it came in, and a day or two for good measure. Then go the minutes
 * of which hours are judged, use by the minute (hours and days stay), the cycles of reservations that have
 * ended, and jobs.
 */
export const RETENTION = {
  served: (37 * DAY_MS) as Duration,
  received: (33 * DAY_MS) as Duration,
  minutes: (40 * DAY_MS) as Duration,
  cycles: (40 * DAY_MS) as Duration,
  jobs: (40 * DAY_MS) as Duration,
} as const;

/** Rows that are deleted at a time: nobody waits for long. */
const BATCH = 5_000;

const PRUNE_REPORTS = `DELETE FROM usage_report WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM usage_report WHERE received_at < $1 AND served_at < $2 LIMIT $3))`;

/** As long as something of its hour is left, the hour may be judged again, and by all of it. */
const PRUNE_MINUTES = `DELETE FROM service_minute WHERE ctid = ANY (ARRAY(
  SELECT old.ctid FROM service_minute old WHERE old.minute < $1 AND NOT EXISTS (
    SELECT FROM usage_report left_over WHERE left_over.reservation_id = old.reservation_id
      AND left_over.served_at >= date_trunc('hour', old.minute, 'UTC')
      AND left_over.served_at < date_trunc('hour', old.minute, 'UTC') + interval '1 hour')
  LIMIT $2))`;

const PRUNE_ROLLUPS = `DELETE FROM usage_rollup WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM usage_rollup WHERE grain = 'minute' AND start < $1 LIMIT $2))`;

/** Keeps usage events, what is made of them for a while, and jobs no longer than they are needed, and tells how far rollups are behind. */
@Injectable()
export class RetentionService implements OnModuleInit {
  constructor(
    private readonly jobs: JobRegistry,
    private readonly outbox: OutboxRelay,
    private readonly metrics: Metrics,
    private readonly market: Market,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.register(pruneJob, () => this.prune());
    this.jobs.addFirst(() => this.putNext());
    this.metrics.add(() => this.gauges());
  }

  /** May run twice, also at once: what is gone is gone. */
  private async prune(): Promise<void> {
    const now = this.clock.now();
    const before = { received: plus(now, -RETENTION.received), served: plus(now, -RETENTION.served) };
    await keepPilotsOf(this.pool, before.served);
    const limits = [formatInstant(before.received), formatInstant(before.served), BATCH];
    await untilNone(async () => (await this.pool.query(PRUNE_REPORTS, limits)).rowCount ?? 0);
    const minutes = [formatInstant(plus(now, -RETENTION.minutes)), BATCH];
    await untilNone(async () => (await this.pool.query(PRUNE_MINUTES, minutes)).rowCount ?? 0);
    await untilNone(async () => (await this.pool.query(PRUNE_ROLLUPS, minutes)).rowCount ?? 0);
    await this.forgetCyclesBefore(plus(now, -RETENTION.cycles));
    await untilNone(() => this.outbox.prune(plus(now, -RETENTION.jobs), BATCH));
    await this.putNext();
  }

  /** Of reservations that ended before; one that cannot be read right now is looked at tomorrow. */
  private async forgetCyclesBefore(end: Instant): Promise<void> {
    let after = '';
    for (;;) {
      const quiet = await quietSince(this.pool, end, { after, limit: BATCH });
      for (const reservationId of quiet) {
        const entitlement = await this.market.entitlement(reservationId);
        if (entitlement !== null && entitlement.window.end < end) await forgetCycles(this.pool, reservationId);
      }
      const last = quiet.at(-1);
      if (last === undefined) return;
      after = last;
    }
  }

  /** One job a day, whoever asks for it and however often. */
  private async putNext(): Promise<void> {
    const day = plus(floorToGrid(this.clock.now(), DAY_MS), DAY_MS) as Instant;
    await this.outbox.put(toMessage(pruneJob, { day }, { runAt: day, dedupeKey: `${day}` }));
  }

  private async gauges(): ReturnType<Parameters<Metrics['add']>[0]> {
    const lag = await readLag(this.pool);
    const gauge = (name: string, help: string, value: number): Awaited<ReturnType<RetentionService['gauges']>>[number] => ({
      ...{ name, help },
      values: [{ labels: {}, value }],
    });
    return [
      gauge('headroom_usage_waiting_events', 'Usage events that are stored and not rolled up.', Number(lag.events)),
      gauge(
        'headroom_usage_rollup_lag_seconds',
        'Seconds since the first of them came in; use gathers for two of these.',
        lagMsOf(lag, this.clock.now()) / 1_000,
      ),
    ];
  }
}

async function untilNone(step: () => Promise<number>): Promise<void> {
  while ((await step()) > 0) continue;
}
