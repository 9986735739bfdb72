import type { RecordedEvent } from '../../eventstore/event.js';
import {
  defineProjection,
  type AnyProjection,
  type Row,
  type RowChange,
  type RowObject,
} from '../../eventstore/projection.js';
import { assertNever } from '../../kernel/assert.js';
import { marketOf } from '../../kernel/ids.js';
import type { Segment } from '../../kernel/step-function.js';
import { formatInstant } from '../../kernel/time.js';
import { marketCodec } from '../application/market.codec.js';
import { CURTAILMENT_TABLES, curtailmentRows } from './curtailment.rows.js';
import { idleColumns } from './idle.columns.js';
import { segmentsColumn } from './segments.column.js';
import type { SaleTerms } from '../model/market.terms.js';
import type {
  AuctionCleared,
  ListingCreated,
  MarketEvent,
  OrderFilled,
  RebookingSet,
  ReservationCancelled,
  ReservationHeld,
  ReservationPaid,
  ReservationTransferred,
} from '../model/market.events.js';

const LISTING = 'listing';
const RESERVATION = 'reservation';
const POOL = 'market_pool';
const TERMS = 'pool_terms';

/** Listings, reservations and pools as rows. */
export const marketProjection: AnyProjection = defineProjection<MarketEvent>({
  name: 'market',
  category: 'market',
  tables: [
    { name: LISTING, key: ['listing_id'] },
    { name: RESERVATION, key: ['reservation_id'] },
    { name: POOL, key: ['pool_id'] },
    { name: TERMS, key: ['pool_id', 'version'] },
    ...CURTAILMENT_TABLES,
  ],
  codec: marketCodec,
  project,
});

function project(event: MarketEvent, recorded: RecordedEvent): readonly RowChange[] {
  switch (event.type) {
    case 'PoolOpened': {
      const opened_at = formatInstant(recorded.occurredAt);
      const { poolId: pool_id, marketId: market_id, providerId: provider_id } = event;
      const row = { pool_id, market_id, provider_id, opened_at };
      return [{ kind: 'put', table: POOL, row }, terms(event.poolId, 1, event.terms)];
    }
    case 'PoolExtended':
      return [];
    case 'PoolTermsChanged':
      return [terms(event.poolId, event.termsVersion, event.terms)];
    case 'ListingCreated': {
      const offered = [{ window: event.window, value: event.quantity }];
      const created_at = formatInstant(recorded.occurredAt);
      const shown = { ...tradeColumns(event), ...remainingColumns(offered), ...auctionColumns(event) };
      const row = { ...shown, status: 'open', created_at };
      return [{ kind: 'put', table: LISTING, row }];
    }
    case 'ListingClosed': {
      const values = { status: event.reason, ...remainingColumns([]) };
      return [{ kind: 'set', table: LISTING, key: { listing_id: event.listingId }, values }];
    }
    case 'ReservationHeld':
      return [
        { kind: 'put', table: RESERVATION, row: heldRow(event, recorded) },
        offer(event.listingId, event.listingRemaining),
      ];
    case 'HoldReleased': {
      const status = event.reason;
      const own = setReservation(event, recorded, { status, expires_at: null });
      const { listingId, listingRemaining } = event;
      return listingRemaining === null ? [own] : [own, offer(listingId, listingRemaining)];
    }
    case 'ReservationPaid':
      return [...paid(event, recorded), ...sourceChange(event.source, recorded)];
    case 'ReservationActivated':
      return [setReservation(event, recorded, { status: 'active' })];
    case 'ReservationCompleted':
      return [setReservation(event, recorded, { status: 'completed' })];
    case 'ReservationCancelled':
      return cancelled(event, recorded);
    case 'ListingReduced':
      return [offer(event.listingId, event.listingRemaining)];
    case 'ReservationCurtailed': {
      const entitlement = segmentsColumn(event.entitlement);
      const status = event.isWhole ? { status: 'curtailed' } : {};
      const own = setReservation(event, recorded, { entitlement, ...status });
      return [own, ...curtailmentRows(event)];
    }
    case 'RebookingSet':
      return [setReservation(event, recorded, { rebooking: rebookingColumn(event.rebooking) })];
    case 'IdleRuleSet':
    case 'IdleReviewed':
      return [setReservation(event, recorded, idleColumns(event))];
    case 'ReservationTransferred':
      return [
        { kind: 'put', table: RESERVATION, row: transferredRow(event, recorded) },
        ...sourceChange(event.source, recorded),
      ];
    case 'TransferReturned': {
      const values = { status: 'returned', entitlement: [] };
      return [setReservation(event, recorded, values), ...sourceChange(event.source, recorded)];
    }
    // Curtailments have a projection of their own.
    case 'PoolCurtailed':
    case 'RebookingAttempted':
      return curtailmentRows(event);
    case 'OrderFilled':
      return [
        { kind: 'put', table: RESERVATION, row: filledRow(event, recorded) },
        offer(event.listingId, event.listingRemaining),
        ...sourceChange(event.sourceAfter, recorded),
      ];
    case 'AuctionCleared':
      return [cleared(event)];
    // The bids have a projection of their own.
    case 'AuctionBidPlaced':
    case 'AuctionBidWithdrawn':
    case 'OrderPlaced':
    case 'OrderAmended':
    case 'OrderClosed':
      return [];
    default:
      return assertNever(event);
  }
}

/** What events of sales and offers have in common. */
type Sale = Pick<
  ReservationHeld,
  | 'listingId'
  | 'poolId'
  | 'sellerId'
  | 'source'
  | 'window'
  | 'quantity'
  | 'unitPrice'
  | 'hops'
  | 'termsVersion'
>;

function tradeColumns(event: Sale): Row {
  const { listingId, poolId, sellerId, source, window } = event;
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
  };
}

function auctionColumns({ auction }: ListingCreated): Row {
  return {
    is_auction: auction !== null,
    opens_at: auction && formatInstant(auction.opensAt),
    closes_at: auction && formatInstant(auction.closesAt),
    clearing_price: null,
    quantity_sold: null,
    bids: null,
    cleared_at: null,
  };
}

function cleared({ listingId, ...event }: AuctionCleared): RowChange {
  const { clearingPrice: clearing_price, quantitySold: quantity_sold, bids } = event;
  const cleared_at = formatInstant(event.clearedAt);
  const values = { clearing_price, quantity_sold, bids, cleared_at };
  return { kind: 'set', table: LISTING, key: { listing_id: listingId }, values };
}

function terms(pool_id: string, version: number, given: SaleTerms): RowChange {
  const { resale, cancellation, curtailment, usage } = given;
  const { reclaimNotice, penaltyShare } = curtailment;
  const overagePrice = usage.overagePrice?.toString() ?? null;
  const shown = {
    resale: { ...resale },
    cancellation: cancellation.map((step) => ({ ...step })),
    curtailment: { reclaimNotice, penaltyShare: { ...penaltyShare } },
    usage: { ...usage, weights: { ...usage.weights }, overagePrice },
  };
  return { kind: 'put', table: TERMS, row: { pool_id, version, terms: shown } };
}

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
    fee: null,
    refund: null,
    rebooking: null,
    idle_rule: null,
    idle_review: null,
    team_id: null,
    extends_reservation_id: event.extendsReservationId,
    stream_version: recorded.version,
  };
}

/** A trade of a bid is paid for when it is made. */
function filledRow(event: OrderFilled, recorded: RecordedEvent): Row {
  const filledAt = formatInstant(event.filledAt);
  return {
    ...tradeColumns(event),
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
    stream_version: recorded.version,
  };
}

/** What was bought is the whole rectangle; later resales say what is left of it. */
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
    fee: null,
    refund: null,
    rebooking: null,
    idle_rule: null,
    idle_review: null,
    team_id: event.teamId,
    extends_reservation_id: null,
    stream_version: recorded.version,
  };
}

function paid(event: ReservationPaid, recorded: RecordedEvent): readonly RowChange[] {
  const entitlement = segmentsColumn(event.entitlement);
  const paid_at = formatInstant(event.paidAt);
  const values = { status: 'scheduled', expires_at: null, paid_at, entitlement };
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
  const { limitPrice, constraints, timeInForce } = rebooking;
  return {
    limitPrice: limitPrice.toString(),
    constraints: { ...constraints },
    timeInForce: timeInForce.kind,
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

function setReservation(
  { reservationId }: { readonly reservationId: string },
  { version }: RecordedEvent,
  values: Row,
): RowChange {
  const key = { reservation_id: reservationId };
  return { kind: 'set', table: RESERVATION, key, values: { ...values, stream_version: version } };
}

function offer(listingId: string, remaining: readonly Segment[]): RowChange {
  const values = remainingColumns(remaining);
  return { kind: 'set', table: LISTING, key: { listing_id: listingId }, values };
}

function remainingColumns(remaining: readonly Segment[]): Row {
  const largest = remaining.reduce((max, { value }) => (value > max ? value : max), 0n);
  return { remaining: segmentsColumn(remaining), remaining_max: largest };
}
