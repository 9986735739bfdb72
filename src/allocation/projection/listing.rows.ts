import type { Row, RowChange } from '../../eventstore/projection.js';
import { marketOf } from '../../kernel/ids.js';
import type { Segment } from '../../kernel/step-function.js';
import { formatInstant, type Instant } from '../../kernel/time.js';
import type {
  AuctionCleared,
  ListingClosed,
  ListingCreated,
  ReservationHeld,
} from '../model/market.events.js';
import { segmentsColumn } from './segments.column.js';

const LISTING = 'listing';
export const LISTING_TABLE = { name: LISTING, key: ['listing_id'] } as const;

/** A listing as it begins. */
export function listed(event: ListingCreated, at: Instant): RowChange {
  const offered = [{ window: event.window, value: event.quantity }];
  const shown = { ...tradeColumns(event), ...remainingColumns(offered), ...auctionColumns(event) };
  const row = { ...shown, lot_size: event.lotSize, status: 'open', created_at: formatInstant(at) };
  return { kind: 'put', table: LISTING, row };
}

export function closed({ listingId, reason }: ListingClosed): RowChange {
  const values = { status: reason, ...remainingColumns([]) };
  return { kind: 'set', table: LISTING, key: { listing_id: listingId }, values };
}

export function cleared({ listingId, ...event }: AuctionCleared): RowChange {
  const { clearingPrice: clearing_price, quantitySold: quantity_sold, bids } = event;
  const cleared_at = formatInstant(event.clearedAt);
  const values = { clearing_price, quantity_sold, bids, cleared_at };
  return { kind: 'set', table: LISTING, key: { listing_id: listingId }, values };
}

/** What it offers from now on. */
export function offer(listingId: string, remaining: readonly Segment[]): RowChange {
  const values = remainingColumns(remaining);
  return { kind: 'set', table: LISTING, key: { listing_id: listingId }, values };
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

export function tradeColumns(event: Sale): Row {
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

function remainingColumns(remaining: readonly Segment[]): Row {
  const largest = remaining.reduce((max, { value }) => (value > max ? value : max), 0n);
  return { remaining: segmentsColumn(remaining), remaining_max: largest };
}
