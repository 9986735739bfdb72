import type {
  ListingId,
  OrderId,
  OrganizationId,
  PoolId,
  QuoteId,
  ReservationId,
  TeamId,
} from '../../kernel/ids.js';
import type { MicroUsd, UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { StepFunction } from '../../kernel/step-function.js';
import type { Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { Auction, SealedBid } from './auction.state.js';
import type { Shared } from './counting.js';
import type { PoolFacts, SaleTerms, TermsVersion } from './market.terms.js';
import { OrderBook, type Book } from './order-book.js';
import type { EvidenceLevel, Order } from './order.state.js';
import type { Loss, Rebooking } from './curtailment.state.js';
import type { IdleListing } from './idle.state.js';
import type { ClosedQuote, Quote } from './quote.state.js';
import type { HandedOver } from './transfer.state.js';

/** Where offered capacity comes from: the provider's own part of the pool, or a reservation. */
export type Source =
  | { readonly kind: 'pool' }
  | { readonly kind: 'reservation'; readonly reservationId: ReservationId };

/**
 * Title from one source. `committed` is what is offered or set aside of it and never exceeds
 * `title` (I2); what is left of both is free to list.
 */
export interface Lot {
  title: StepFunction;
  committed: StepFunction;
}

export interface PoolState {
  facts: PoolFacts;
  /** Every version of its terms; the last one is the facts'. */
  termsVersions: readonly SaleTerms[];
  /** The provider's own part. */
  readonly root: Lot;
  /** What finished reservations held: past, but still part of the whole (I1). */
  finished: StepFunction;
  /** What was curtailed: what the pool was registered with is the nameplate and this. */
  curtailed: StepFunction;
  /**
   * What counts for each holder other than the provider: title and pending holds, and what they resold
   * and may get back.
   */
  readonly positions: Map<OrganizationId, StepFunction>;
  /** What of it counts for the same several holders, by who they are: all together it is there once. */
  readonly shared: Map<string, Shared>;
  /** What is known of it: 1, 2, 3 … is the change by which it became known. */
  evidence: { readonly level: EvidenceLevel; readonly change: number };
  /** When bids get what of its set-aside is released then; null while none waits for that. */
  releaseAwaitedAt: Instant | null;
}

/** Part of somebody's title that is for sale: at a fixed price, or by auction. */
export interface Listing {
  readonly listingId: ListingId;
  readonly poolId: PoolId;
  readonly sellerId: OrganizationId;
  readonly source: Source;
  readonly window: Window;
  readonly quantity: Quantity;
  /** What it costs; in an auction the reserve price, below which nothing is sold. */
  readonly unitPrice: UnitPrice;
  /** Null: a fixed price. Bids and holds of others reach fixed prices only. */
  readonly auction: Auction | null;
  /** How often the capacity will have changed hands when it is bought from here. */
  readonly hops: number;
  readonly termsVersion: TermsVersion;
  /** Place in the market's order of arrival. */
  readonly sequence: number;
  remaining: StepFunction;
  /** Holds that were made from it and are neither paid nor released. */
  holds: number;
}

interface ReservationCommon {
  readonly reservationId: ReservationId;
  readonly poolId: PoolId;
  readonly listingId: ListingId;
  /** The bid that it was bought by; null when it was reserved from the listing. */
  readonly orderId: OrderId | null;
  readonly sellerId: OrganizationId;
  readonly holderId: OrganizationId;
  readonly source: Source;
  readonly window: Window;
  readonly quantity: Quantity;
  readonly unitPrice: UnitPrice;
  readonly amount: MicroUsd;
  readonly hops: number;
  readonly termsVersion: TermsVersion;
  /** The reservation that it prolongs; null when it stands for itself. */
  readonly extendsReservationId: ReservationId | null;
  /** The quote that it was part of; null when it stands for itself. */
  readonly quoteId: QuoteId | null;
}

/** Title set aside until it is paid or the hold expires. */
export interface HeldReservation extends ReservationCommon {
  readonly status: 'held';
  readonly expiresAt: Instant;
}

/** Title that is the holder's: before, during its window. */
export interface OwnedReservation extends ReservationCommon {
  readonly status: 'scheduled' | 'active';
  readonly paidAt: Instant;
  readonly lot: Lot;
  /** What was curtailed of all that was bought, parts that were resold included. */
  readonly lost: StepFunction;
  /** The team of the holder's that uses it; null: the organization as a whole. */
  readonly teamId: TeamId | null;
  /** What is ordered in its place when it is curtailed; null: nothing is. */
  readonly rebooking: Rebooking | null;
  /** What is listed by itself when it is not used; null: nothing is. */
  readonly idle: IdleListing | null;
}

/** What is held of, sold from and handed over of each reservation of which anything is. */
export type Cuts = Map<ReservationId, Set<ReservationId>>;

/** Finished reservations leave memory; their history is in the log. */
export type Reservation = HeldReservation | OwnedReservation;

export interface MarketState {
  readonly pools: Map<PoolId, PoolState>;
  readonly listings: Map<ListingId, Listing>;
  readonly reservations: Map<ReservationId, Reservation>;
  /** Resting bids. */
  readonly orders: Map<OrderId, Order>;
  /** What reservations lost, those that are over included, until a day after their windows. */
  readonly losses: Map<ReservationId, readonly Loss[]>;
  /** What teams have of reservations that were bought, until a day after the windows of these. */
  readonly handedOver: Map<ReservationId, HandedOver>;
  /** Bids in auctions that are not cleared: for nobody's eyes but their buyers'. */
  readonly sealedBids: Map<OrderId, SealedBid>;
  /** Prices that stand: what they are for is among the holds. */
  readonly quotes: Map<QuoteId, Quote>;
  /** Quotes that ended not long ago, so that their buyers are told how. */
  readonly closedQuotes: Map<QuoteId, ClosedQuote>;
  /** Given to the next ask or bid that arrives. */
  nextSequence: number;
  /** Index of reservations by what they are cut from: made of them, and no part of what the state says. */
  readonly cuts: Cuts;
  /** Index over fixed prices and orders: made of them, and no part of what the state says. */
  readonly book: Book;
}

export function emptyMarket(book: Book = new OrderBook()): MarketState {
  return {
    pools: new Map(),
    listings: new Map(),
    reservations: new Map(),
    orders: new Map(),
    losses: new Map(),
    handedOver: new Map(),
    sealedBids: new Map(),
    quotes: new Map(),
    closedQuotes: new Map(),
    nextSequence: 1,
    cuts: new Map(),
    book,
  };
}
