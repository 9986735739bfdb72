import type { RecordedEvent } from '../../eventstore/event.js';
import {
  defineProjection,
  type AnyProjection,
  type Row,
  type RowChange,
} from '../../eventstore/projection.js';
import { assertNever } from '../../kernel/assert.js';
import { marketOf } from '../../kernel/ids.js';
import { formatInstant } from '../../kernel/time.js';
import { marketCodec } from '../application/market.codec.js';
import type { AuctionBidPlaced, MarketEvent, OrderPlaced } from '../model/market.events.js';
import { UNCONSTRAINED } from '../model/order.state.js';

const ORDER = 'market_order';

/** Bids as rows, those that have ended too. */
export const orderProjection: AnyProjection = defineProjection<MarketEvent>({
  name: 'orders',
  category: 'market',
  tables: [{ name: ORDER, key: ['order_id'] }],
  codec: marketCodec,
  project,
});

function project(event: MarketEvent, recorded: RecordedEvent): readonly RowChange[] {
  switch (event.type) {
    case 'OrderPlaced':
      return [{ kind: 'put', table: ORDER, row: placedRow(event, recorded) }];
    case 'OrderFilled':
      return [set(event, recorded, { remaining: event.orderRemaining, spent: event.orderSpent })];
    case 'OrderAmended': {
      const { quantity, limitPrice, reserved, remaining, minimumFill } = event;
      const minimum = minimumFill === null ? {} : { minimum_fill: minimumFill };
      return [set(event, recorded, { quantity, limit_price: limitPrice, reserved, remaining, ...minimum })];
    }
    case 'OrderClosed': {
      const { reason: status, spent } = event;
      return [set(event, recorded, { status, spent, reserved: spent })];
    }
    case 'AuctionBidPlaced':
      return [{ kind: 'put', table: ORDER, row: sealedRow(event, recorded) }];
    case 'AuctionBidWithdrawn':
      return [set(event, recorded, { status: event.reason === 'withdrawn' ? 'cancelled' : 'unfilled', reserved: 0n })];
    case 'AuctionCleared':
    case 'PoolOpened':
    case 'PoolExtended':
    case 'PoolTermsChanged':
    case 'PoolEvidenceRated':
    case 'ListingCreated':
    case 'ListingClosed':
    case 'ReservationHeld':
    case 'HoldReleased':
    case 'ReservationPaid':
    case 'ReservationActivated':
    case 'ReservationCompleted':
    case 'ReservationCancelled':
    case 'PoolCurtailed':
    case 'ListingReduced':
    case 'ReservationCurtailed':
    case 'RebookingSet':
    case 'RebookingAttempted':
    case 'IdleRuleSet':
    case 'IdleReviewed':
    case 'ReservationTransferred':
    case 'TransferReturned':
    case 'QuoteOpened':
    case 'QuoteClosed':
    case 'ReleaseAwaited':
      return [];
    default:
      return assertNever(event);
  }
}

function placedRow(event: OrderPlaced, recorded: RecordedEvent): Row {
  const { timeInForce, constraints } = event;
  return {
    ...bidRow(event, recorded),
    auction_id: null,
    constraints: { ...constraints },
    time_in_force: timeInForce.kind,
    status: 'resting',
  };
}

/** It waits until an instant, that of the close. */
function sealedRow(event: AuctionBidPlaced, recorded: RecordedEvent): Row {
  return {
    ...bidRow(event, recorded),
    auction_id: event.auctionId,
    constraints: { ...UNCONSTRAINED },
    time_in_force: 'GTD',
    status: 'sealed',
  };
}

function bidRow(event: OrderPlaced | AuctionBidPlaced, { version }: RecordedEvent): Row {
  const { orderId, buyerId, window, quantity, limitPrice, minimumFill } = event;
  return {
    order_id: orderId,
    market_id: marketOf(orderId) ?? '',
    buyer_id: buyerId,
    window_start: formatInstant(window.start),
    window_end: formatInstant(window.end),
    quantity,
    limit_price: limitPrice,
    minimum_fill: minimumFill,
    remaining: quantity,
    reserved: event.reserved,
    spent: 0n,
    placed_at: formatInstant(event.placedAt),
    expires_at: formatInstant(event.expiresAt),
    stream_version: version,
  };
}

function set(
  { orderId }: { readonly orderId: string },
  { version }: RecordedEvent,
  values: Row,
): RowChange {
  const changed = { ...values, stream_version: version };
  return { kind: 'set', table: ORDER, key: { order_id: orderId }, values: changed };
}
