import type {
  PoolCurtailment as PoolRow,
  Rebooking as RebookingRow,
  ReservationCurtailment as ReservationRow,
} from '../../platform/prisma/generated/client.js';
import type { SegmentView } from '../model/market.answer.js';
import type { PoolCurtailmentType, ReservationCurtailmentType } from './curtailment.types.js';
import type { RebookingType } from './rebooking.types.js';

export function showPoolCurtailment(row: PoolRow): PoolCurtailmentType {
  return {
    ...row,
    window: { start: row.windowStart, end: row.windowEnd },
    unsold: row.unsold as object[],
    at: row.curtailedAt,
  };
}

export function showCurtailment(row: ReservationRow): ReservationCurtailmentType {
  const lost = row.lost as unknown as readonly SegmentView[];
  const quantities = lost.map(({ quantity }) => BigInt(quantity));
  const highest = quantities.reduce((most, one) => (one > most ? one : most), 0n);
  return {
    ...row,
    at: row.curtailedAt,
    window: { start: lost.at(0)?.window.start, end: lost.at(-1)?.window.end },
    quantity: highest.toString(),
    lost,
    lostEntitlement: row.lostTitle as object[],
  };
}

export function showRebooking(row: RebookingRow): RebookingType {
  const window = { start: row.windowStart, end: row.windowEnd };
  return { ...row, window, at: row.attemptedAt };
}
