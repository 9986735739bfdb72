import type { ListingId, OrderId, OrganizationId, PoolId, QuoteId, ReservationId } from '../../kernel/ids.js';
import type { BasisPoints, MicroUsd, UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Segment } from '../../kernel/step-function.js';
import type { Duration, Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { AuctionPeriod } from './auction.state.js';
import type { Source } from './market.state.js';
import type { PoolFacts, SaleTerms, SetAside, TermsVersion } from './market.terms.js';
import type { OrderTerms, TimeInForce } from './order.state.js';
import type { PoolEvidenceRated } from './evidence.events.js';
import type { IdleReviewed, IdleRuleSet } from './idle.events.js';
import type { QuoteClosed, QuoteOpened } from './quote.events.js';
import type { ReleaseAwaited } from './set-aside.events.js';
import type { ReservationTransferred, TransferReturned } from './transfer.events.js';
import type {
  ListingReduced,
  PoolCurtailed,
  RebookingAttempted,
  RebookingSet,
  ReservationCurtailed,
} from './curtailment.events.js';

export type * from './curtailment.events.js';
export type { PoolEvidenceRated } from './evidence.events.js';
export type * from './idle.events.js';
export type * from './quote.events.js';
export type * from './set-aside.events.js';
export type * from './transfer.events.js';

/** A pool's capacity enters the market; its provider has title to all of it. */
export interface PoolOpened extends Omit<PoolFacts, 'nameplate'> {
  readonly type: 'PoolOpened';
  readonly nameplate: readonly Segment[];
}

/** More capacity; the provider has title to it. */
export interface PoolExtended {
  readonly type: 'PoolExtended';
  readonly poolId: PoolId;
  readonly revision: number;
  readonly added: readonly Segment[];
}

/** For what the provider sells from now on. */
export interface PoolTermsChanged {
  readonly type: 'PoolTermsChanged';
  readonly poolId: PoolId;
  readonly revision: number;
  readonly termsVersion: TermsVersion;
  readonly terms: SaleTerms;
  readonly buyerShareMax: BasisPoints | null;
  readonly setAside: SetAside | null;
}

export interface ListingCreated {
  readonly type: 'ListingCreated';
  readonly listingId: ListingId;
  readonly poolId: PoolId;
  readonly sellerId: OrganizationId;
  readonly source: Source;
  readonly window: Window;
  readonly quantity: Quantity;
  /** In an auction the reserve price. */
  readonly unitPrice: UnitPrice;
  readonly hops: number;
  readonly termsVersion: TermsVersion;
  /** Of the pool. */
  readonly lotSize: Quantity;
  /** Null: a fixed price. */
  readonly auction: AuctionPeriod | null;
}

/** Nothing more is sold from it; holds made before stand. */
export interface ListingClosed {
  readonly type: 'ListingClosed';
  readonly listingId: ListingId;
  /** Unsold: an auction was cleared, and something of its lot is left. */
  readonly reason: 'withdrawn' | 'expired' | 'sold' | 'unsold' | 'curtailed';
}

export interface ReservationHeld {
  readonly type: 'ReservationHeld';
  readonly reservationId: ReservationId;
  readonly listingId: ListingId;
  readonly poolId: PoolId;
  readonly sellerId: OrganizationId;
  readonly holderId: OrganizationId;
  readonly source: Source;
  readonly window: Window;
  readonly quantity: Quantity;
  readonly unitPrice: UnitPrice;
  readonly amount: MicroUsd;
  readonly hops: number;
  readonly termsVersion: TermsVersion;
  readonly heldAt: Instant;
  readonly expiresAt: Instant;
  /** The reservation that it prolongs; null when it stands for itself. */
  readonly extendsReservationId: ReservationId | null;
  /** The quote that it is part of; null when it stands for itself. */
  readonly quoteId: QuoteId | null;
  /** What the listing still offers after this. */
  readonly listingRemaining: readonly Segment[];
}

/** The hold ended unpaid; its title is the seller's to sell again. */
export interface HoldReleased {
  readonly type: 'HoldReleased';
  readonly reservationId: ReservationId;
  readonly listingId: ListingId;
  readonly reason: 'expired' | 'released' | 'curtailed';
  /** What the listing offers again; null when it was closed meanwhile. */
  readonly listingRemaining: readonly Segment[] | null;
}

/** Title has moved from seller to holder. */
export interface ReservationPaid {
  readonly type: 'ReservationPaid';
  readonly reservationId: ReservationId;
  readonly paidAt: Instant;
  /** What is the holder's from now on. */
  readonly entitlement: readonly Segment[];
  /** What is left to the reservation it was resold from; null when the pool itself sold it. */
  readonly source: {
    readonly reservationId: ReservationId;
    readonly entitlement: readonly Segment[];
  } | null;
}

export interface ReservationActivated {
  readonly type: 'ReservationActivated';
  readonly reservationId: ReservationId;
}

export interface ReservationCompleted {
  readonly type: 'ReservationCompleted';
  readonly reservationId: ReservationId;
}

/** Title went back to the seller, for sale where its listing is still open; the holder gets the refund. */
export interface ReservationCancelled {
  readonly type: 'ReservationCancelled';
  readonly reservationId: ReservationId;
  readonly holderId: OrganizationId;
  readonly cancelledAt: Instant;
  readonly feeShare: BasisPoints;
  readonly fee: MicroUsd;
  readonly refund: MicroUsd;
  /** What the reservation it was resold from holds again; null when the pool itself sold it. */
  readonly source: ReservationPaid['source'];
  /** What the listing it was bought from offers again; null when that was closed meanwhile. */
  readonly relisted: {
    readonly listingId: ListingId;
    readonly listingRemaining: readonly Segment[];
  } | null;
}

/** A bid entered the market. */
export interface OrderPlaced extends OrderTerms {
  readonly type: 'OrderPlaced';
  readonly timeInForce: TimeInForce;
  /** Set aside in the buyer's books. */
  readonly reserved: MicroUsd;
  readonly placedAt: Instant;
  readonly expiresAt: Instant;
}

/** A trade: title has moved from seller to buyer, and the price of it out of what was set aside. */
export interface OrderFilled {
  readonly type: 'OrderFilled';
  readonly orderId: OrderId;
  /** What the buyer holds by it. */
  readonly reservationId: ReservationId;
  readonly listingId: ListingId;
  readonly poolId: PoolId;
  readonly sellerId: OrganizationId;
  readonly holderId: OrganizationId;
  readonly providerId: OrganizationId;
  readonly source: Source;
  readonly window: Window;
  /** Of the pool. */
  readonly grid: Duration;
  readonly quantity: Quantity;
  readonly unitPrice: UnitPrice;
  readonly amount: MicroUsd;
  /** The provider's share: of resales only. */
  readonly royalty: BasisPoints;
  readonly hops: number;
  readonly termsVersion: TermsVersion;
  readonly filledAt: Instant;
  readonly entitlement: readonly Segment[];
  /** What is left to the reservation it was resold from; null when the pool itself sold it. */
  readonly sourceAfter: ReservationPaid['source'];
  /** What the listing still offers after this. */
  readonly listingRemaining: readonly Segment[];
  /** What of the order is left, and what it has cost until now. */
  readonly orderRemaining: Quantity;
  readonly orderSpent: MicroUsd;
}

export interface OrderAmended {
  readonly type: 'OrderAmended';
  readonly orderId: OrderId;
  readonly buyerId: OrganizationId;
  readonly quantity: Quantity;
  readonly limitPrice: UnitPrice;
  /** May be more than the quantity, then all of it. Null, as in logs of earlier versions: as it was. */
  readonly minimumFill: Quantity | null;
  readonly remaining: Quantity;
  /** Set aside from now on, what was spent included. */
  readonly reserved: MicroUsd;
  /** Not set aside any more. */
  readonly released: MicroUsd;
  readonly keepsPriority: boolean;
  readonly amendedAt: Instant;
}

/** The order is filled no further. */
export interface OrderClosed {
  readonly type: 'OrderClosed';
  readonly orderId: OrderId;
  readonly buyerId: OrganizationId;
  readonly reason: 'filled' | 'cancelled' | 'expired' | 'unfilled';
  readonly spent: MicroUsd;
  /** What was set aside and not spent. */
  readonly released: MicroUsd;
}

/** A bid in an auction, which nobody else hears of. */
export interface AuctionBidPlaced
  extends Pick<
    OrderTerms,
    'orderId' | 'buyerId' | 'window' | 'quantity' | 'limitPrice' | 'minimumFill'
  > {
  readonly type: 'AuctionBidPlaced';
  readonly auctionId: ListingId;
  /** Set aside in the buyer's books. */
  readonly reserved: MicroUsd;
  readonly placedAt: Instant;
  /** When its auction closes. */
  readonly expiresAt: Instant;
}

/**
 * It ends before its auction is cleared: its buyer took it back, or a curtailment took all that it was for. Nobody
 * else hears of it, as of nothing that would tell how many bids there are.
 */
export interface AuctionBidWithdrawn {
  readonly type: 'AuctionBidWithdrawn';
  readonly reason: 'withdrawn' | 'curtailed';
  readonly orderId: OrderId;
  readonly auctionId: ListingId;
  readonly buyerId: OrganizationId;
  readonly released: MicroUsd;
}

/** An auction is decided; what it sold follows as fills, and every bid is closed. */
export interface AuctionCleared {
  readonly type: 'AuctionCleared';
  readonly listingId: ListingId;
  /** What everybody pays, null when nothing was sold; and how many bids there were at the close. */
  readonly clearingPrice: UnitPrice | null;
  readonly quantitySold: Quantity;
  readonly bids: number;
  readonly clearedAt: Instant;
}

export type MarketEvent =
  | PoolOpened
  | PoolExtended
  | PoolTermsChanged
  | PoolEvidenceRated
  | ListingCreated
  | ListingClosed
  | ReservationHeld
  | HoldReleased
  | ReservationPaid
  | ReservationActivated
  | ReservationCompleted
  | ReservationCancelled
  | OrderPlaced
  | OrderFilled
  | OrderAmended
  | OrderClosed
  | PoolCurtailed
  | ListingReduced
  | ReservationCurtailed
  | RebookingSet
  | RebookingAttempted
  | IdleRuleSet
  | IdleReviewed
  | ReservationTransferred
  | TransferReturned
  | QuoteOpened
  | QuoteClosed
  | ReleaseAwaited
  | AuctionBidPlaced
  | AuctionBidWithdrawn
  | AuctionCleared;
