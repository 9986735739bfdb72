import type { Reservation as ReservationRow } from '../../platform/prisma/generated/client.js';
import type { ReservationView } from '../model/market.answer.js';
import type { ReservationType } from './reservation.types.js';

export function showReservation(view: ReservationView): ReservationType {
  const { sourceReservationId, ...rest } = view;
  const isResale = sourceReservationId !== null;
  return { ...rest, isResale, cancellationFee: null, refund: null, paidAt: null };
}

export function showReservationRow(row: ReservationRow): ReservationType {
  return {
    ...row,
    window: { start: row.windowStart, end: row.windowEnd },
    isResale: row.sourceReservationId !== null,
    entitlement: row.entitlement as object[],
    cancellationFee: row.fee,
  };
}
