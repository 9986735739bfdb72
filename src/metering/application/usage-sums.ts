import { marketOf, type ReservationId } from '../../kernel/ids.js';
import { floorToGrid, MINUTE_MS, type Instant } from '../../kernel/time.js';
import { addUsage, type UsageSum } from '../model/token-counts.js';
import type { PendingUse } from './usage-pending.js';

/** What was used, or taken back, at an instant. */
export interface TimedUse {
  readonly reservationId: ReservationId;
  readonly servedAt: Instant;
  readonly sum: UsageSum;
  /** Null: the model of the reservation's market. */
  readonly model?: string | null;
  /** At which tier of the gateway's; null: nobody says. */
  readonly tier?: string | null;
}

export function modelOf(reservationId: ReservationId): string {
  return (marketOf(reservationId) ?? reservationId).split('@')[0] ?? reservationId;
}

/** What uses come to by reservation, minute, model and tier. */
export function sumByMinute(uses: readonly TimedUse[]): readonly PendingUse[] {
  const sums = new Map<ReservationId, Map<Instant, PendingUse[]>>();
  const inOrder: PendingUse[][] = [];
  for (const use of uses) {
    const { reservationId, servedAt } = use;
    const minute = floorToGrid(servedAt, MINUTE_MS);
    const minutes = sums.get(reservationId) ?? new Map<Instant, PendingUse[]>();
    if (minutes.size === 0) sums.set(reservationId, minutes);
    const models = minutes.get(minute) ?? [];
    if (models.length === 0) {
      minutes.set(minute, models);
      inOrder.push(models);
    }
    addTo(models, pendingOf(use, minute));
  }
  return inOrder.flat();
}

function pendingOf({ reservationId, sum, model = null, tier = null }: TimedUse, minute: Instant): PendingUse {
  return { reservationId, minute, model: model ?? modelOf(reservationId), tier, sum };
}

/** Of one reservation and minute: seldom more than one model or tier. */
function addTo(models: PendingUse[], use: PendingUse): void {
  const index = models.findIndex(({ model, tier }) => model === use.model && tier === use.tier);
  const before = models[index];
  if (before === undefined) models.push(use);
  else models[index] = { ...use, sum: addUsage(before.sum, use.sum) };
}
