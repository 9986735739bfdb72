import { assertNever, present } from '../../kernel/assert.js';
import type {
  ListingId,
  MarketId,
  OrderId,
  OrganizationId,
  PoolId,
  QuoteId,
  ReservationId,
  TeamId,
} from '../../kernel/ids.js';
import { viewBid, viewOrder, type OrderView } from './order.answer.js';
import { segmentsOf, ZERO } from '../../kernel/step-function.js';
import type { Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import { auctionStateAt } from './auction.rules.js';
import type { Auction } from './auction.state.js';
import type { CreateListing, MarketCommand, OpenAuction } from './market.commands.js';
import { listingOf } from './market.evolve.js';
import type { Rebooking } from './curtailment.state.js';
import { viewCurtailment, type CurtailmentView } from './curtailment.answer.js';
import type { ListingCreated, MarketEvent, ReservationCancelled } from './market.events.js';
import type { ReservationStatus, WrongAuctionState } from './market.rejections.js';
import type { Listing, MarketState, Reservation } from './market.state.js';
import { viewQuote, type QuoteView } from './quote.answer.js';
import { viewSegments, type SegmentView } from './segments.answer.js';
import { poolOf } from './titles.js';

export { viewSegments, type SegmentView } from './segments.answer.js';

/** An ask as everybody may see it; quantities and prices are decimal text. */
export interface ListingView {
  readonly listingId: ListingId;
  readonly marketId: MarketId;
  readonly poolId: PoolId;
  readonly sellerId: OrganizationId;
  readonly sourceReservationId: ReservationId | null;
  readonly window: Window;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly hops: number;
  readonly lotSize: string;
  /** Null: at a fixed price. */
  readonly auction: AuctionView | null;
  readonly status: 'open' | 'withdrawn' | 'expired' | 'sold' | 'unsold' | 'curtailed';
  readonly remaining: readonly SegmentView[];
}

/** What is ordered in place of what is lost, amounts as decimal text. Answers of before there was a least lack it. */
export interface RebookingView extends Pick<Rebooking, 'constraints' | 'timeInForce'>, Partial<Pick<Rebooking, 'isAllOrNone'>> {
  readonly limitPrice: string;
  readonly minimumFill?: string;
}

/** When an auction takes bids; its reserve price is the listing's price. */
export interface AuctionView {
  readonly opensAt: Instant;
  readonly closesAt: Instant;
  readonly state: WrongAuctionState['state'];
}

/** A reservation as its holder and its seller may see it. */
export interface ReservationView {
  readonly reservationId: ReservationId;
  readonly marketId: MarketId;
  readonly poolId: PoolId;
  readonly listingId: ListingId;
  readonly sellerId: OrganizationId;
  readonly holderId: OrganizationId;
  readonly sourceReservationId: ReservationId | null;
  readonly window: Window;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly amount: string;
  readonly hops: number;
  readonly status: ReservationStatus;
  /** The team of the holder's that uses it; null: the organization as a whole. */
  readonly teamId: TeamId | null;
  readonly extendsReservationId: ReservationId | null;
  readonly orderId: OrderId | null;
  readonly quoteId: QuoteId | null;
  readonly rebooking: RebookingView | null;
  readonly expiresAt: Instant | null;
  /** What is the holder's now: less than was bought once part of it was resold. */
  readonly entitlement: readonly SegmentView[];
}

export interface CancellationView {
  readonly reservationId: ReservationId;
  readonly feeShare: number;
  readonly fee: string;
  readonly refund: string;
}

/** What an accepted command is answered with, and answered again for the same key. */
export type MarketAnswer =
  | { readonly kind: 'pool'; readonly poolId: PoolId }
  | { readonly kind: 'listing'; readonly listing: ListingView }
  | { readonly kind: 'listing-closed'; readonly listingId: ListingId }
  | { readonly kind: 'reservation'; readonly reservation: ReservationView }
  | { readonly kind: 'package'; readonly reservations: readonly ReservationView[] }
  | { readonly kind: 'hold-released'; readonly reservationId: ReservationId }
  | { readonly kind: 'cancellation'; readonly cancellation: CancellationView }
  | { readonly kind: 'order'; readonly order: OrderView }
  | { readonly kind: 'curtailment'; readonly curtailment: CurtailmentView }
  | { readonly kind: 'recorded' }
  | { readonly kind: 'transfer-returned'; readonly reservationId: ReservationId }
  | { readonly kind: 'quote'; readonly quote: QuoteView }
  | { readonly kind: 'quote-released'; readonly quoteId: QuoteId }
  | { readonly kind: 'advanced'; readonly events: number };

export function marketAnswer(
  command: MarketCommand,
  events: readonly MarketEvent[],
  state: MarketState,
): MarketAnswer {
  switch (command.type) {
    case 'OpenPool':
      return { kind: 'pool', poolId: command.facts.poolId };
    case 'CreateListing':
    case 'OpenAuction':
      return { kind: 'listing', listing: viewCreated(command, events, state) };
    case 'WithdrawListing':
      return { kind: 'listing-closed', listingId: command.listingId };
    case 'HoldReservation':
    case 'SetRebooking':
    case 'SetIdleRule':
    case 'TransferReservation':
    case 'ConfirmPayment': {
      const reservation = present(state.reservations.get(command.reservationId), 'reservation');
      return { kind: 'reservation', reservation: viewReservation(state, reservation) };
    }
    case 'HoldPackage':
      return { kind: 'package', reservations: command.holds.map((hold) => viewHold(state, hold)) };
    case 'ReleaseHold':
      return { kind: 'hold-released', reservationId: command.reservationId };
    case 'CancelReservation':
      return { kind: 'cancellation', cancellation: viewCancellation(events) };
    case 'PlaceOrder':
    case 'AmendOrder':
    case 'CancelOrder':
      return { kind: 'order', order: viewOrder(command, events, state) };
    case 'CurtailPool':
      return { kind: 'curtailment', curtailment: viewCurtailment(events) };
    case 'RecordRebooking':
    case 'ReviewIdle':
    case 'RateEvidence':
      return { kind: 'recorded' };
    case 'ExtendReservation':
      return { kind: 'package', reservations: viewHolds(events, state) };
    case 'ReturnTransfer':
      return { kind: 'transfer-returned', reservationId: command.reservationId };
    case 'PlaceAuctionBid':
    case 'WithdrawAuctionBid':
      return { kind: 'order', order: viewBid(command, events) };
    case 'RequestQuote':
      return { kind: 'quote', quote: viewQuote(state, command.quoteId) };
    case 'AcceptQuote':
      return { kind: 'package', reservations: viewHolds(events, state) };
    case 'ReleaseQuote':
      return { kind: 'quote-released', quoteId: command.quoteId };
    case 'AdvanceMarket':
      return { kind: 'advanced', events: events.length };
    default:
      return assertNever(command);
  }
}

export function viewListing(state: MarketState, listing: Listing, now: Instant): ListingView {
  const { listingId, poolId, sellerId, source, window, hops, auction } = listing;
  return {
    listingId,
    marketId: poolOf(state, poolId).facts.marketId,
    poolId,
    sellerId,
    sourceReservationId: source.kind === 'pool' ? null : source.reservationId,
    window,
    quantity: listing.quantity.toString(),
    unitPrice: listing.unitPrice.toString(),
    hops,
    lotSize: poolOf(state, poolId).facts.lotSize.toString(),
    auction: auction && viewAuction(auction, now),
    status: 'open',
    remaining: viewSegments(segmentsOf(listing.remaining)),
  };
}

function viewAuction(auction: Auction, now: Instant): AuctionView {
  const { opensAt, closesAt } = auction;
  return { opensAt, closesAt, state: auctionStateAt(auction, now) };
}

/** It may have been sold at once: then it is in the events only. */
function viewCreated(
  { listingId, now }: CreateListing | OpenAuction,
  events: readonly MarketEvent[],
  state: MarketState,
): ListingView {
  const listing = state.listings.get(listingId);
  if (listing !== undefined) return viewListing(state, listing, now);
  const created = present(
    events.find((event): event is ListingCreated => event.type === 'ListingCreated'),
    'new listing',
  );
  const sold = { ...listingOf(created, 0), remaining: ZERO };
  return { ...viewListing(state, sold, now), status: 'sold' };
}

export function viewReservation(state: MarketState, reservation: Reservation): ReservationView {
  const { reservationId, poolId, listingId, sellerId, holderId, source, window } = reservation;
  const { quantity, unitPrice, amount, hops, status } = reservation;
  const isHeld = reservation.status === 'held';
  return {
    reservationId,
    marketId: poolOf(state, poolId).facts.marketId,
    poolId,
    listingId,
    sellerId,
    holderId,
    sourceReservationId: source.kind === 'pool' ? null : source.reservationId,
    window,
    quantity: quantity.toString(),
    unitPrice: unitPrice.toString(),
    amount: amount.toString(),
    hops,
    status,
    extendsReservationId: reservation.extendsReservationId,
    orderId: reservation.orderId,
    quoteId: reservation.quoteId,
    rebooking: isHeld ? null : viewRebooking(reservation.rebooking),
    teamId: isHeld ? null : reservation.teamId,
    expiresAt: isHeld ? reservation.expiresAt : null,
    entitlement: isHeld ? [] : viewSegments(segmentsOf(reservation.lot.title)),
  };
}

/** One that was just held, or just paid for. */
function viewHold(
  state: MarketState,
  { reservationId }: { readonly reservationId: ReservationId },
): ReservationView {
  return viewReservation(state, present(state.reservations.get(reservationId), 'new reservation'));
}

function viewHolds(
  events: readonly MarketEvent[],
  state: MarketState,
): readonly ReservationView[] {
  return events.flatMap((event) =>
    event.type === 'ReservationHeld' || event.type === 'ReservationPaid'
      ? [viewHold(state, event)]
      : [],
  );
}

export function viewRebooking(rebooking: Rebooking | null): RebookingView | null {
  if (rebooking === null) return null;
  const { limitPrice, minimumFill, ...rest } = rebooking;
  return { ...rest, limitPrice: limitPrice.toString(), minimumFill: minimumFill.toString() };
}

function viewCancellation(events: readonly MarketEvent[]): CancellationView {
  const cancelled = present(
    events.find((event): event is ReservationCancelled => event.type === 'ReservationCancelled'),
    'cancellation event',
  );
  const { reservationId, feeShare, fee, refund } = cancelled;
  return { reservationId, feeShare, fee: fee.toString(), refund: refund.toString() };
}
