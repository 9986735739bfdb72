import type {
  Reservation as ReservationRow,
  ReservationCurtailment,
} from '../../platform/prisma/generated/client.js';
import { MINUTE_MS, type Duration } from '../../kernel/time.js';
import type { RebookingView, ReservationView } from '../model/market.answer.js';
import { showCurtailment } from './curtailment.presentation.js';
import type { IdleReviewColumn, IdleRuleColumn } from '../projection/idle.columns.js';
import type { IdleRuleType } from './idle.types.js';
import { isTransfer as wasHandedOver } from '../model/transfer.decide.js';
import { showConstraints } from './order.constraints.types.js';
import type { RebookingTermsType, ReservationType } from './reservation.types.js';

/** Right after a command of its holder. */
export function showReservation(view: ReservationView): ReservationType {
  const { sourceReservationId, rebooking, ...rest } = view;
  const past = { cancellationFee: null, refund: null, paidAt: null, curtailments: [], idleRule: null };
  const terms =
    rebooking && showRebookingTerms({ ...rebooking, timeInForce: rebooking.timeInForce.kind, ...restOf(rebooking.timeInForce) });
  return { ...rest, ...past, ...originOf(view, sourceReservationId), rebooking: terms };
}

/** As the viewer may see it: teams and what is ordered instead are the holder's business alone. */
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
    ...originOf(row, row.sourceReservationId),
    teamId: row.holderId === viewerId ? row.teamId : null,
    entitlement: row.entitlement as object[],
    idleRule: row.holderId === viewerId ? showIdleRule(row) : null,
    cancellationFee: row.fee,
    curtailments: curtailments.map(showCurtailment),
    rebooking: isOwn && kept !== null ? showRebookingTerms(kept) : null,
    extendsReservationId: isOwn ? row.extendsReservationId : null,
    orderId: isOwn ? row.orderId : null,
    quoteId: isOwn ? row.quoteId : null,
  };
}

function showIdleRule(row: ReservationRow): IdleRuleType | null {
  const rule = row.idleRule as unknown as IdleRuleColumn | null;
  const lastReview = row.idleReview as unknown as IdleReviewColumn | null;
  if (rule === null) return null;
  const { nextReviewAt } = lastReview ?? rule;
  return { ...rule, nextReviewAt, lastReview };
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

/** As its column holds it. */
interface KeptRebooking extends Omit<RebookingView, 'timeInForce'> {
  readonly timeInForce: string;
  readonly restsFor?: Duration;
}

const restOf = (time: RebookingView['timeInForce']): Pick<KeptRebooking, 'restsFor'> =>
  time.kind === 'GTD' ? { restsFor: time.restsFor } : {};

function showRebookingTerms(kept: KeptRebooking): RebookingTermsType {
  const { limitPrice, timeInForce, restsFor, minimumFill = '1', isAllOrNone = false, constraints } = kept;
  const restMinutes = restsFor === undefined ? null : restsFor / MINUTE_MS;
  return { limitPrice, timeInForce, restMinutes, minimumFill, isAllOrNone, ...showConstraints(constraints) };
}
