import type { MarketAnswer } from '../../src/allocation/model/market.answer.js';
import { assertNever } from '../../src/kernel/assert.js';
import { bigintAsText } from '../../src/kernel/bigint-text.js';
import { canonicalJson } from '../../src/kernel/canonical-json.js';
import { isWholeInLog } from './package-auditor.js';
import type { RawEvent } from './raw-event.js';
import type { Content } from './requests.js';

const isSame = (a: unknown, b: unknown): boolean => String(a) === String(b);

/** True when the event is what was asked for, and nothing else: the log against the wish. */
function isAskedFor(content: Content, effect: RawEvent): boolean {
  switch (content.type) {
    case 'CreateListing':
    case 'HoldReservation': {
      const kind = content.type === 'CreateListing' ? 'ListingCreated' : 'ReservationHeld';
      if (effect.type !== kind) return false;
      const { start, end } = content.window;
      const isWindow = effect.window.start === start && effect.window.end === end;
      return isWindow && isSame(effect.quantity, content.quantity) && isTrade(content, effect);
    }
    case 'HoldPackage':
      return false;
    case 'WithdrawListing':
      return effect.type === 'ListingClosed' && effect.listingId === content.listingId;
    case 'ReleaseHold':
      return effect.type === 'HoldReleased' && effect.reservationId === content.reservationId;
    case 'ConfirmPayment':
      return effect.type === 'ReservationPaid' && effect.reservationId === content.reservationId;
    case 'CancelReservation': {
      const isCancelled = effect.type === 'ReservationCancelled';
      return isCancelled && effect.reservationId === content.reservationId;
    }
    case 'PlaceOrder': {
      const isPlaced = effect.type === 'OrderPlaced' && effect.buyerId === content.buyerId;
      return isPlaced && isSame(effect.quantity, content.quantity) && isSame(effect.limitPrice, content.limitPrice);
    }
    case 'AmendOrder':
      return effect.type === 'OrderAmended' && isSame(effect.quantity, content.quantity);
    case 'CancelOrder':
      return effect.type === 'OrderClosed' && effect.reason === 'cancelled';
    case 'OpenAuction': {
      const isOpened = effect.type === 'ListingCreated' && effect.auction?.closesAt === content.closesAt;
      return isOpened && isSame(effect.unitPrice, content.reservePrice) && isSame(effect.quantity, content.quantity);
    }
    case 'PlaceAuctionBid': {
      const isPlaced = effect.type === 'AuctionBidPlaced' && effect.buyerId === content.buyerId;
      return isPlaced && effect.auctionId === content.auctionId && isSame(effect.limitPrice, content.limitPrice);
    }
    case 'WithdrawAuctionBid':
      return effect.type === 'AuctionBidWithdrawn' && effect.orderId === content.orderId;
    case 'CurtailPool': {
      const isTaken = effect.type === 'PoolCurtailed' && effect.poolId === content.poolId;
      return isTaken && isSame(effect.quantity, content.quantity) && effect.why === content.cause;
    }
    case 'SetRebooking':
      return effect.type === 'RebookingSet' && effect.reservationId === content.reservationId && isSameRebooking(content, effect);
    case 'TransferReservation': {
      const { sourceId, teamId, window, quantity } = content;
      if (effect.type !== 'ReservationTransferred') return false;
      const isWindow = effect.window.start === window.start && effect.window.end === window.end;
      const isPart = effect.source.reservationId === sourceId && isSame(effect.quantity, quantity);
      return isWindow && isPart && effect.teamId === teamId && effect.holderId === content.holderId;
    }
    case 'ReturnTransfer':
      return effect.type === 'TransferReturned' && effect.reservationId === content.reservationId;
    case 'SetIdleRule': {
      const isSet = effect.type === 'IdleRuleSet' && effect.reservationId === content.reservationId;
      return isSet && isSame(effect.rule?.unitPrice, content.rule?.unitPrice);
    }
    case 'ExtendReservation': {
      const isHeld = effect.type === 'ReservationHeld' && effect.holderId === content.holderId;
      return isHeld && effect.extendsReservationId === content.reservationId;
    }
    case 'RequestQuote': {
      const isGiven = effect.type === 'QuoteOpened' && effect.buyerId === content.buyerId;
      return isGiven && isSame(effect.quantity, content.quantity) && isSame(effect.limitPrice, content.limitPrice);
    }
    case 'AcceptQuote':
      return effect.type === 'ReservationPaid';
    case 'ReleaseQuote':
      return effect.type === 'QuoteClosed' && effect.reason === 'released';
    case 'RateEvidence': {
      const isRated = effect.type === 'PoolEvidenceRated' && effect.poolId === content.poolId;
      return isRated && effect.level === content.level && effect.change === content.change;
    }
    case 'OpenPool':
      return effect.type === 'PoolOpened' && effect.poolId === content.facts.poolId;
    default:
      return assertNever(content);
  }
}

function isSameRebooking(
  { rebooking }: Extract<Content, { readonly type: 'SetRebooking' }>,
  effect: Extract<RawEvent, { readonly type: 'RebookingSet' }>,
): boolean {
  const asText = (value: unknown): string => canonicalJson(JSON.parse(JSON.stringify(value, bigintAsText)));
  return asText(rebooking) === asText(effect.rebooking);
}

function isTrade(
  content: Extract<Content, { readonly type: 'CreateListing' | 'HoldReservation' }>,
  effect: Extract<RawEvent, { readonly type: 'ListingCreated' | 'ReservationHeld' }>,
): boolean {
  if (content.type === 'CreateListing') {
    const { poolId, sellerId, unitPrice } = content;
    const isSeller = effect.poolId === poolId && effect.sellerId === sellerId;
    return isSeller && isSame(effect.unitPrice, unitPrice);
  }
  const isBuyer = effect.type === 'ReservationHeld' && effect.holderId === content.buyerId;
  return isBuyer && effect.listingId === content.listingId;
}

/** True when the caller was told of this very event. */
function isToldOf(answer: MarketAnswer, effect: RawEvent): boolean {
  const ids = { listingId: '', reservationId: '', orderId: '', ...effect };
  switch (answer.kind) {
    case 'listing':
      return ids.listingId === answer.listing.listingId;
    case 'listing-closed':
      return ids.listingId === answer.listingId;
    case 'reservation':
      return ids.reservationId === answer.reservation.reservationId;
    case 'package':
      return answer.reservations.some(({ reservationId }) => reservationId === ids.reservationId);
    case 'hold-released':
    case 'transfer-returned':
      return ids.reservationId === answer.reservationId;
    case 'cancellation': {
      const { reservationId, refund } = answer.cancellation;
      return ids.reservationId === reservationId && 'refund' in effect && effect.refund === refund;
    }
    case 'pool':
      return 'poolId' in effect && effect.poolId === answer.poolId;
    case 'order':
      return ids.orderId === answer.order.orderId;
    case 'curtailment': {
      const { curtailmentId } = answer.curtailment;
      return 'curtailmentId' in effect && effect.curtailmentId === curtailmentId;
    }
    case 'recorded':
      return ['IdleReviewed', 'PoolEvidenceRated'].includes(effect.type);
    case 'quote':
      return 'quoteId' in effect && effect.quoteId === answer.quote.quoteId;
    case 'quote-released':
      return 'quoteId' in effect && effect.quoteId === answer.quoteId;
    case 'advanced':
      return false;
    default:
      return assertNever(answer);
  }
}

/** True when what was asked for and acknowledged is in the log. A pool may know all it is told. */
export function isInLog(
  content: Content,
  answer: MarketAnswer,
  effects: readonly RawEvent[],
): boolean {
  const isOpening = effects.some(({ type }) => type === 'PoolOpened');
  if (content.type === 'OpenPool' && !isOpening) return true;
  if (content.type === 'HoldPackage') return isWholeInLog(content, answer, effects);
  if (content.type === 'ExtendReservation' && !isToldWhole(answer, effects)) return false;
  return effects.some((effect) => isAskedFor(content, effect) && isToldOf(answer, effect));
}

/** True when the caller was told of every hold. */
function isToldWhole(answer: MarketAnswer, effects: readonly RawEvent[]): boolean {
  const held = effects.flatMap((effect) => (effect.type === 'ReservationHeld' ? [effect.reservationId] : []));
  if (answer.kind !== 'package') return false;
  return held.join() === answer.reservations.map(({ reservationId }) => reservationId).join();
}
