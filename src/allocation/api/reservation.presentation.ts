import type {
  Reservation as ReservationRow,
  ReservationCurtailment,
} from '../../platform/prisma/generated/client.js';
import type { RebookingView, ReservationView } from '../model/market.answer.js';
import { showCurtailment } from './curtailment.presentation.js';
import type { RebookingTermsType, ReservationType } from './reservation.types.js';

/** Right after a command of its holder. */
export function showReservation(view: ReservationView): ReservationType {
  const { sourceReservationId, rebooking, ...rest } = view;
  const isResale = sourceReservationId !== null;
  const past = { cancellationFee: null, refund: null, paidAt: null, curtailments: [] };
  const terms =
    rebooking && showRebookingTerms({ ...rebooking, timeInForce: rebooking.timeInForce.kind });
  return { ...rest, ...past, isResale, rebooking: terms };
}

/** What its holder wants ordered instead, and had before, is nobody else's business. */
export function showReservationRow(
  row: ReservationRow,
  viewerId: string,
  curtailments: readonly ReservationCurtailment[],
): ReservationType {
  const isOwn = row.holderId === viewerId;
  const kept = row.rebooking as unknown as KeptRebooking | null;
  return {
    ...row,
    window: { start: row.windowStart, end: row.windowEnd },
    isResale: row.sourceReservationId !== null,
    entitlement: row.entitlement as object[],
    cancellationFee: row.fee,
    curtailments: curtailments.map(showCurtailment),
    rebooking: isOwn && kept !== null ? showRebookingTerms(kept) : null,
    extendsReservationId: isOwn ? row.extendsReservationId : null,
  };
}

/** As its column holds it. */
interface KeptRebooking extends Pick<RebookingView, 'limitPrice' | 'constraints'> {
  readonly timeInForce: string;
}

function showRebookingTerms(kept: KeptRebooking): RebookingTermsType {
  const { ttftP95Max, ...constraints } = kept.constraints;
  const { limitPrice, timeInForce } = kept;
  return { limitPrice, timeInForce, ...constraints, ttftP95MaxMs: ttftP95Max };
}
