import { reviewIdleJob, type Market } from '../allocation/contract.js';
import type { ReservationId } from '../kernel/ids.js';
import { DAY_MS, plus, type Duration, type Instant } from '../kernel/time.js';
import type { UsageHistory } from '../metering/contract.js';
import type { JobRegistry } from '../platform/queue/job-registry.js';

/** How far back use is looked at: a day has its busy hours. */
const LOOKED_BACK = DAY_MS as Duration;

/** What was used lately decides what is offered of a reservation whose holder wants that. */
export function idleCapacity(jobs: JobRegistry, usage: UsageHistory, market: Market): void {
  jobs.register(reviewIdleJob, async ({ reservationId, dueAt, askedAt }) => {
    const id = reservationId as ReservationId;
    const peak = await usage.peakSince(id, plus(dueAt as Instant, -LOOKED_BACK));
    await market.reviewIdle(id, { dueAt: dueAt as Instant, askedAt: askedAt as Instant | null, peak });
  });
}
