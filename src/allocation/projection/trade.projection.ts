import type { RecordedEvent } from '../../eventstore/event.js';
import {
  defineProjection,
  type AnyProjection,
  type Row,
  type RowChange,
} from '../../eventstore/projection.js';
import { assertNever } from '../../kernel/assert.js';
import { marketOf, type ReservationId } from '../../kernel/ids.js';
import { formatInstant, type Instant } from '../../kernel/time.js';
import { durationOf } from '../../kernel/window.js';
import { marketCodec } from '../application/market.codec.js';
import type { MarketEvent, ReservationHeld } from '../model/market.events.js';
import { modelOf } from '../model/market.name.js';

const TRADE = 'trade';

/**
 * What was traded, for how much, and nobody's name. A hold is kept untold, because the event that
 * makes it a trade does not repeat its price; `trade_id` and `pool_id` are for joining and `sequence`, the
 * place in the log, is for order; none is ever shown: gaps in it would count what is sealed. To the public a
 * trade is its market and its number there.
 */
export const tradeProjection: AnyProjection = defineProjection<MarketEvent>({
  name: 'trade',
  category: 'market',
  tables: [{ name: TRADE, key: ['trade_id'], numbered: { column: 'number', within: 'market_id', by: 'sequence' } }],
  codec: marketCodec,
  project,
});

function project(event: MarketEvent, recorded: RecordedEvent): readonly RowChange[] {
  switch (event.type) {
    case 'ReservationHeld':
      return [{ kind: 'put', table: TRADE, row: { ...sold(event), ...UNTOLD } }];
    case 'ReservationPaid':
      return [{ kind: 'set', table: TRADE, key: keyOf(event), values: told(event.paidAt, recorded) }];
    case 'HoldReleased':
      return [{ kind: 'remove', table: TRADE, key: keyOf(event) }];
    case 'OrderFilled': {
      const row = { ...sold(event), ...told(event.filledAt, recorded) };
      return [{ kind: 'put', table: TRADE, row }];
    }
    // What was traded was traded, whatever becomes of it.
    case 'ReservationCancelled':
    case 'ReservationActivated':
    case 'ReservationCompleted':
    case 'ListingCreated':
    case 'ListingClosed':
    case 'PoolOpened':
    case 'PoolExtended':
    case 'PoolTermsChanged':
    case 'PoolEvidenceRated':
    case 'OrderPlaced':
    case 'OrderAmended':
    case 'OrderClosed':
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
    case 'AuctionBidPlaced':
    case 'AuctionBidWithdrawn':
    case 'AuctionCleared':
      return [];
    default:
      return assertNever(event);
  }
}

/** Every event that moves capacity for money says this much of it. */
type Sold = Pick<
  ReservationHeld,
  'reservationId' | 'poolId' | 'termsVersion' | 'window' | 'quantity' | 'unitPrice' | 'amount'
>;

/** What an event sold; `told` beside it makes it a trade at once. */
function sold({ reservationId, poolId, termsVersion, window, ...event }: Sold): Row {
  const { quantity, unitPrice, amount } = event;
  const market_id = marketOf(poolId) ?? '';
  return {
    trade_id: reservationId,
    market_id,
    model: modelOf(market_id),
    pool_id: poolId,
    terms_version: termsVersion,
    window_start: formatInstant(window.start),
    window_end: formatInstant(window.end),
    quantity,
    unit_price: unitPrice,
    amount,
    token_ms: quantity * BigInt(durationOf(window)),
  };
}

const UNTOLD: Row = { sequence: null, traded_at: null };

function told(at: Instant, { version }: RecordedEvent): Row {
  return { sequence: version, traded_at: formatInstant(at) };
}

function keyOf({ reservationId }: { readonly reservationId: ReservationId }): Row {
  return { trade_id: reservationId };
}
