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
}

export function modelOf(reservationId: ReservationId): string {
  return (marketOf(reservationId) ?? reservationId).split('@')[0] ?? reservationId;
}

/** What uses come to by reservation, model and minute. */
export function sumByMinute(uses: readonly TimedUse[]): readonly PendingUse[] {
  const sums = new Map<string, PendingUse>();
  for (const { reservationId, servedAt, sum: one, model: named = null } of uses) {
    const minute = floorToGrid(servedAt, MINUTE_MS);
    const model = named ?? modelOf(reservationId);
    const key = `${reservationId} ${minute} ${model}`;
    const before = sums.get(key);
    const sum = before === undefined ? one : addUsage(before.sum, one);
    sums.set(key, { reservationId, minute, model, sum });
  }
  return [...sums.values()];
}
