import type { Reservation as ReservationRow } from '../../platform/prisma/generated/client.js';
import type { ReservationView } from '../model/market.answer.js';
import { isTransfer as wasHandedOver } from '../model/transfer.decide.js';
import type { ReservationType } from './reservation.types.js';

export function showReservation(view: ReservationView): ReservationType {
  const { sourceReservationId, ...rest } = view;
  const unknown = { cancellationFee: null, refund: null, paidAt: null };
  return { ...rest, ...originOf(view, sourceReservationId), ...unknown };
}

/** As the holder sees it; teams are nobody else's business. */
export function showReservationRow(row: ReservationRow, viewerId: string): ReservationType {
  return {
    ...row,
    window: { start: row.windowStart, end: row.windowEnd },
    ...originOf(row, row.sourceReservationId),
    teamId: row.holderId === viewerId ? row.teamId : null,
    entitlement: row.entitlement as object[],
    cancellationFee: row.fee,
  };
}

/** Bought from the provider, bought from a holder, or handed over within an organization. */
function originOf(
  sides: { readonly sellerId: string; readonly holderId: string },
  sourceId: string | null,
): Pick<ReservationType, 'isResale' | 'isTransfer' | 'transferredFromId'> {
  const isTransfer = wasHandedOver(sides);
  const isResale = sourceId !== null && !isTransfer;
  return { isResale, isTransfer, transferredFromId: isTransfer ? sourceId : null };
}
