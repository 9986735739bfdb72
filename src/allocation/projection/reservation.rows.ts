import type { RecordedEvent } from '../../eventstore/event.js';
import type { Row, RowChange, RowObject } from '../../eventstore/projection.js';
import { assertNever } from '../../kernel/assert.js';
import { marketOf } from '../../kernel/ids.js';
import { formatInstant, type Instant } from '../../kernel/time.js';
import type {
  IdleReviewed,
  IdleRuleSet,
  OrderFilled,
  RebookingSet,
  ReservationCancelled,
  ReservationCurtailed,
  ReservationHeld,
  ReservationPaid,
  ReservationTransferred,
  TransferReturned,
} from '../model/market.events.js';
import { idleColumns } from './idle.columns.js';
import { offer, tradeColumns } from './listing.rows.js';
import { segmentsColumn } from './segments.column.js';

const RESERVATION = 'reservation';
export const RESERVATION_TABLE = { name: RESERVATION, key: ['reservation_id'] } as const;

type Began = ReservationHeld | OrderFilled | ReservationTransferred;
type Changed =
  | ReservationPaid
  | ReservationCancelled
  | ReservationCurtailed
  | RebookingSet
  | IdleRuleSet
  | IdleReviewed
  | TransferReturned;

/** A reservation as it begins, and what that leaves of what it is cut from. */
export function began(event: Began, recorded: RecordedEvent): readonly RowChange[] {
  const put = (row: Row): RowChange => ({ kind: 'put', table: RESERVATION, row });
  switch (event.type) {
    case 'ReservationHeld':
      return [put(heldRow(event, recorded)), offer(event.listingId, event.listingRemaining)];
    case 'OrderFilled':
      return [
        put(filledRow(event, recorded)),
        offer(event.listingId, event.listingRemaining),
        ...sourceChange(event.sourceAfter, recorded),
      ];
    case 'ReservationTransferred':
      return [put(transferredRow(event, recorded)), ...sourceChange(event.source, recorded)];
    default:
      return assertNever(event);
  }
}

/** What an event makes of a reservation that there is, and of what it is cut from. */
export function changed(event: Changed, recorded: RecordedEvent): readonly RowChange[] {
  switch (event.type) {
    case 'ReservationPaid':
      return [...paid(event, recorded), ...sourceChange(event.source, recorded)];
    case 'ReservationCancelled':
      return cancelled(event, recorded);
    case 'ReservationCurtailed': {
      const entitlement = segmentsColumn(event.entitlement);
      const status = event.isWhole ? { status: 'curtailed' } : {};
      return [setReservation(event, recorded, { entitlement, ...status })];
    }
    case 'RebookingSet':
      return [setReservation(event, recorded, { rebooking: rebookingColumn(event.rebooking) })];
    case 'IdleRuleSet':
    case 'IdleReviewed':
      return [setReservation(event, recorded, idleColumns(event))];
    case 'TransferReturned': {
      const values = { status: 'returned', entitlement: [] };
      return [setReservation(event, recorded, values), ...sourceChange(event.source, recorded)];
    }
    default:
      return assertNever(event);
  }
}

export function setReservation(
  { reservationId }: { readonly reservationId: string },
  { version }: RecordedEvent,
  values: Row,
): RowChange {
  const key = { reservation_id: reservationId };
  return { kind: 'set', table: RESERVATION, key, values: { ...values, stream_version: version } };
}

/** What every reservation begins with. */
const NOTHING_YET: Row = {
  fee: null,
  refund: null,
  rebooking: null,
  idle_rule: null,
  idle_review: null,
  team_id: null,
  extends_reservation_id: null,
  quote_id: null,
  title_version: null,
  moved_at: null,
};

function heldRow(event: ReservationHeld, recorded: RecordedEvent): Row {
  return {
    ...tradeColumns(event),
    reservation_id: event.reservationId,
    holder_id: event.holderId,
    order_id: null,
    amount: event.amount,
    status: 'held',
    held_at: formatInstant(event.heldAt),
    expires_at: formatInstant(event.expiresAt),
    paid_at: null,
    entitlement: [],
    ...NOTHING_YET,
    extends_reservation_id: event.extendsReservationId,
    quote_id: event.quoteId,
    stream_version: recorded.version,
  };
}

/**
 * A trade of a bid is paid for when it is made. Written out member by member: there are more of these than of
 * all others, and a long row that begins as the copy of a short one takes the engine some twenty microseconds.
 */
function filledRow(event: OrderFilled, { version }: RecordedEvent): Row {
  const { listingId, poolId, sellerId, source, window } = event;
  const filledAt = formatInstant(event.filledAt);
  return {
    listing_id: listingId,
    market_id: marketOf(poolId) ?? '',
    pool_id: poolId,
    seller_id: sellerId,
    source_reservation_id: source.kind === 'pool' ? null : source.reservationId,
    window_start: formatInstant(window.start),
    window_end: formatInstant(window.end),
    quantity: event.quantity,
    unit_price: event.unitPrice,
    hops: event.hops,
    terms_version: event.termsVersion,
    reservation_id: event.reservationId,
    holder_id: event.holderId,
    order_id: event.orderId,
    amount: event.amount,
    status: 'scheduled',
    held_at: filledAt,
    expires_at: null,
    paid_at: filledAt,
    entitlement: segmentsColumn(event.entitlement),
    fee: null,
    refund: null,
    rebooking: null,
    idle_rule: null,
    idle_review: null,
    team_id: null,
    extends_reservation_id: null,
    quote_id: null,
    title_version: version,
    moved_at: filledAt,
    stream_version: version,
  };
}

/** Title moved by this event. */
const movedBy = ({ version }: RecordedEvent, at: Instant): Row => ({
  title_version: version,
  moved_at: formatInstant(at),
});

/** A part that was handed over was paid for with what it is cut from. */
function transferredRow(event: ReservationTransferred, recorded: RecordedEvent): Row {
  const source = { kind: 'reservation', reservationId: event.source.reservationId } as const;
  return {
    ...tradeColumns({ ...event, sellerId: event.holderId, source }),
    reservation_id: event.reservationId,
    holder_id: event.holderId,
    order_id: null,
    amount: 0n,
    status: 'scheduled',
    held_at: formatInstant(event.transferredAt),
    expires_at: null,
    paid_at: formatInstant(event.paidAt),
    entitlement: segmentsColumn(event.entitlement),
    ...NOTHING_YET,
    team_id: event.teamId,
    ...movedBy(recorded, event.transferredAt),
    stream_version: recorded.version,
  };
}

/** What was bought is the whole rectangle; later resales say what is left of it. */
function paid(event: ReservationPaid, recorded: RecordedEvent): readonly RowChange[] {
  const entitlement = segmentsColumn(event.entitlement);
  const paid_at = formatInstant(event.paidAt);
  const moved = movedBy(recorded, event.paidAt);
  const values = { status: 'scheduled', expires_at: null, paid_at, entitlement, ...moved };
  return [setReservation(event, recorded, values)];
}

/** What comes back is offered again where it was bought from, if that is still open. */
function cancelled(event: ReservationCancelled, recorded: RecordedEvent): readonly RowChange[] {
  const { fee, refund, relisted } = event;
  const values = { status: 'cancelled', fee, refund, entitlement: [] };
  return [
    setReservation(event, recorded, values),
    ...sourceChange(event.source, recorded),
    ...(relisted === null ? [] : [offer(relisted.listingId, relisted.listingRemaining)]),
  ];
}

function rebookingColumn(rebooking: RebookingSet['rebooking']): RowObject | null {
  if (rebooking === null) return null;
  const { limitPrice, constraints, timeInForce, minimumFill, isAllOrNone } = rebooking;
  return {
    limitPrice: limitPrice.toString(),
    constraints: { ...constraints },
    timeInForce: timeInForce.kind,
    // Rows of before there was this lack it, and are made of the same events again.
    ...(timeInForce.kind === 'GTD' && { restsFor: timeInForce.restsFor }),
    ...(minimumFill > 1n && { minimumFill: minimumFill.toString() }),
    ...(isAllOrNone && { isAllOrNone }),
  };
}

function sourceChange(
  source: ReservationPaid['source'],
  recorded: RecordedEvent,
): readonly RowChange[] {
  if (source === null) return [];
  const entitlement = segmentsColumn(source.entitlement);
  return [setReservation(source, recorded, { entitlement })];
}
