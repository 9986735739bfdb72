import type { CommandContext } from '../eventstore/command-context.js';
import type { JsonOf } from '../eventstore/stream-definition.js';
import type { Duration, Instant } from '../kernel/time.js';
import type { ListingId, MarketId, OrderId, OrganizationId, PoolId, QuoteId, ReservationId } from '../kernel/ids.js';
import type { AuthenticatedPrincipal } from '../identity/contract.js';
import type { BasisPoints, MicroUsd, UnitPrice } from '../kernel/money.js';
import type { Quantity } from '../kernel/quantity.js';
import type { StepFunction } from '../kernel/step-function.js';
import type { Window } from '../kernel/window.js';
import type { PoolFacts, SaleTerms } from '../providers/contract.js';
import type { OrderRequest } from './application/order-request.js';
import type { SpendRefusal } from './application/spend.refusals.js';
import type { ReservationView } from './model/market.answer.js';
import type { MarketRejection } from './model/market.rejections.js';
import type { RecordRebooking } from './model/curtailment.commands.js';
import type { Loss } from './model/curtailment.state.js';
import type { OrderView } from './model/order.answer.js';
import type { Sent } from './model/sent.js';
import type { EvidenceLevel, OrderConstraints, TimeInForce } from './model/order.state.js';

/** The GraphQL type, for those downstream that add a field to it. */
export { ListingType } from './api/listing.types.js';
export { marketCodec } from './application/market.codec.js';
export { Handovers } from './application/handovers.js';
export { Holdings, type Holding } from './application/holdings.js';
export { Purchases, type HandedPart, type Purchase } from './application/purchases.js';
export type { SpendRefusal } from './application/spend.refusals.js';
export { readOrderRequest, writeOrderRequest, type OrderRequest } from './application/order-request.js';
export { UNCONSTRAINED, type OrderConstraints, type TimeInForce } from './model/order.state.js';
export { reviewIdleJob } from './application/market.definition.js';
export { entitlementsAfter, MOVES_TITLE } from './model/entitlement.changes.js';
export { costUpTo } from './model/titles.js';
export { replacementsOf, termsFor, type Replacement } from './model/rebooking.js';
export type { Loss } from './model/curtailment.state.js';
export type { ReservationCurtailed } from './model/curtailment.events.js';
export type { ReservationView } from './model/market.answer.js';
export type { MarketEvent } from './model/market.events.js';
export type { TeamUse } from './model/transfer.state.js';
export type { MarketRejection } from './model/market.rejections.js';

/** A reservation that is held, scheduled or active, as money and metering need it. */
export interface ReservationFacts {
  readonly reservationId: ReservationId;
  readonly poolId: PoolId;
  readonly marketId: MarketId;
  readonly holderId: OrganizationId;
  readonly sellerId: OrganizationId;
  readonly providerId: OrganizationId;
  readonly status: 'held' | 'scheduled' | 'active';
  readonly window: Window;
  /** Of the pool. */
  readonly grid: Duration;
  readonly amount: MicroUsd;
  /** The provider's share: of resales only. */
  readonly royalty: BasisPoints;
  /** When an unpaid hold ends; null once it is paid. */
  readonly expiresAt: Instant | null;
  /** The open quote that a hold is part of: it is paid with the others of it, or not at all. */
  readonly quoteId: QuoteId | null;
}

/** What a holder was entitled to over all time, also when the reservation is over. */
export interface Entitlement {
  readonly reservationId: ReservationId;
  readonly poolId: PoolId;
  readonly holderId: OrganizationId;
  readonly sellerId: OrganizationId;
  readonly providerId: OrganizationId;
  readonly window: Window;
  /**
   * Tokens/s over time, resold and curtailed parts taken out. A grid cell that had begun when it was
   * curtailed counts as before: what was used in it was used within the reservation.
   */
  readonly quantity: StepFunction;
  /** The same without what was curtailed of a cell that had begun: what was paid for in the end. */
  readonly title: StepFunction;
  readonly terms: SaleTerms;
  /** Which of its pool's terms these are. */
  readonly termsVersion: number;
}

/** One sale of a chain of title: what was bought, and for how much. */
export interface SaleLink {
  readonly reservationId: ReservationId;
  readonly holderId: OrganizationId;
  readonly sellerId: OrganizationId;
  readonly window: Window;
  readonly quantity: Quantity;
  readonly amount: MicroUsd;
}

export type HeldAgain =
  | { readonly isHeld: true; readonly facts: ReservationFacts }
  | { readonly isHeld: false; readonly rejection: JsonOf<MarketRejection> };

/** What is known of a resting order. */
export interface OrderFacts {
  readonly buyerId: OrganizationId;
  readonly window: Window;
  readonly quantity: Quantity;
  readonly remaining: Quantity;
  readonly reserved: MicroUsd;
  readonly spent: MicroUsd;
}

/** An order after what was asked, and what that filled. */
export type OrderResult =
  | { readonly accepted: true; readonly order: OrderView }
  | { readonly accepted: false; readonly rejection: JsonOf<MarketRejection> };

/** A quote that can be accepted now: what it is for is held. */
export interface QuoteFacts {
  readonly quoteId: QuoteId;
  readonly amount: MicroUsd;
  readonly holds: readonly ReservationFacts[];
}

/** A quote of the caller's that is open, or why there is none to accept. */
export type OpenQuote =
  | { readonly isOpen: true; readonly quote: QuoteFacts }
  | { readonly isOpen: false; readonly rejection: JsonOf<MarketRejection> };

export type AcceptedQuote =
  | { readonly accepted: true; readonly reservations: readonly ReservationView[] }
  | { readonly accepted: false; readonly rejection: JsonOf<MarketRejection> };

/** A bid as its buyer means it. */
export interface Bid {
  readonly marketId: MarketId;
  readonly window: Window;
  readonly quantity: Quantity;
  readonly limitPrice: UnitPrice;
  readonly constraints: OrderConstraints;
  readonly minimumFill: Quantity;
  readonly timeInForce: TimeInForce;
}

/** `quantity` is the new whole, what was filled included. */
export interface OrderChange {
  readonly orderId: OrderId;
  readonly quantity: Quantity;
  readonly limitPrice: UnitPrice;
}

/** A bid in an auction as its buyer means it: for the whole window of what is auctioned. */
export interface AuctionBid {
  readonly auctionId: ListingId;
  readonly quantity: Quantity;
  readonly limitPrice: UnitPrice;
  readonly minimumFill: Quantity;
}

/** Who asks, under which key, and everything they said. */
export interface OrderSubmission {
  readonly caller: AuthenticatedPrincipal;
  readonly idempotencyKey: string;
  readonly input: unknown;
  /** Nobody is there to wait for an approval. */
  readonly isUnattended?: boolean;
}

export type OrderOutcome =
  | OrderResult
  | { readonly accepted: false; readonly rejection: SpendRefusal };

/** How buyers send orders: billing provides it, because the money is set aside first. */
export abstract class OrderEntry {
  /** @throws IdempotencyMismatchError the key was used with other content */
  abstract place(submission: OrderSubmission, bid: Bid): Promise<OrderOutcome>;
  /**
   * Each by itself: what becomes of one is nothing to the others. Its key is made of the submission's
   * and its index.
   *
   * @throws IdempotencyMismatchError the key was used with other content; nothing is placed then
   */
  abstract placeEach(
    submission: OrderSubmission,
    bids: readonly (readonly [index: number, bid: Bid])[],
  ): Promise<readonly OrderOutcome[]>;
  abstract amend(submission: OrderSubmission, change: OrderChange): Promise<OrderOutcome>;
  abstract cancel(submission: OrderSubmission, orderId: OrderId): Promise<OrderOutcome>;
}

/** How buyers bid in auctions: billing provides it, because the money is set aside first. */
export abstract class AuctionEntry {
  /** @throws IdempotencyMismatchError the key was used with other content */
  abstract place(submission: OrderSubmission, bid: AuctionBid): Promise<OrderOutcome>;
  abstract withdraw(submission: OrderSubmission, orderId: OrderId): Promise<OrderOutcome>;
}

export type QuoteAcceptance =
  | {
      readonly accepted: true;
      readonly reservations: readonly ReservationView[];
      /** What is left in the wallet, micro-USD as decimal text. */
      readonly wallet: string;
    }
  | { readonly accepted: false; readonly rejection: JsonOf<MarketRejection> | SpendRefusal };

/** How buyers accept quotes: billing provides it, because the money is set aside first. */
export abstract class QuoteEntry {
  /** @throws IdempotencyMismatchError the key was used with another quote */
  abstract accept(submission: OrderSubmission, quoteId: QuoteId): Promise<QuoteAcceptance>;
}

/** What billing asks and tells of quotes. */
export abstract class Quotes {
  /** Everything committed until now is seen. */
  abstract open(quoteId: QuoteId, buyerId: OrganizationId): Promise<OpenQuote>;
  /**
   * Asks for today's price of what a quote was for; once for each key.
   *
   * @throws StreamBusyError when the quote is not in the read model yet: ask again
   */
  abstract renew(quoteId: QuoteId, buyerId: OrganizationId, key: string): Promise<OpenQuote>;
  /** The quote that a reservation was bought by; null: none, or its row is still on the way. */
  abstract boughtBy(reservationId: ReservationId): Promise<QuoteId | null>;
  /** Gives a quote back that nobody accepts. */
  abstract giveUp(quoteId: QuoteId, buyerId: OrganizationId): Promise<void>;
  /** The money for all of a quote is in escrow: title moves for all of it, or for nothing. */
  abstract accept(
    payment: { readonly quoteId: QuoteId; readonly buyerId: OrganizationId; readonly amount: MicroUsd },
    context: CommandContext,
  ): Promise<AcceptedQuote>;
}

export type MarketResult =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly rejection: JsonOf<MarketRejection> };

/** What other domains may ask of and tell the market. */
export abstract class Market {
  /** Everything committed until now is seen; null when it is neither held nor owned any more. */
  abstract reservation(reservationId: ReservationId): Promise<ReservationFacts | null>;
  /** Whether it holds, sold or provides it; all that is committed is seen. Takes the same for others' as for what is not there. */
  abstract isParty(reservationId: ReservationId, organizationId: OrganizationId): Promise<boolean>;
  abstract isSeller(organizationId: OrganizationId): Promise<boolean>;
  /** From the read model: may lag by the time a projection takes; null when never paid. */
  abstract entitlement(reservationId: ReservationId): Promise<Entitlement | null>;
  /**
   * How title came to a reservation, its own sale first and the provider's last. Parts that were
   * handed over within an organization are no sales. From the read model; null when never paid.
   */
  abstract salesOf(reservationId: ReservationId): Promise<readonly SaleLink[] | null>;
  /** Length of the shortest window that is traded in a market; null: nobody has a pool in it. */
  abstract shortestGrid(marketId: MarketId): Promise<Duration | null>;
  abstract openPool(facts: PoolFacts, context: CommandContext): Promise<MarketResult>;
  /**
   * Holds again what a hold was for, from the same listing at today's price; once for each key.
   *
   * @throws StreamBusyError when the hold is not in the read model yet: ask again
   */
  abstract holdAgain(
    reservationId: ReservationId,
    holderId: OrganizationId,
    key: string,
  ): Promise<HeldAgain>;
  /** Gives a hold back that nobody pays for. */
  abstract releaseHold(reservationId: ReservationId, holderId: OrganizationId): Promise<void>;
  /** The money for a hold is in escrow. */
  abstract confirmPayment(
    reservationId: ReservationId,
    amount: MicroUsd,
    context: CommandContext,
  ): Promise<MarketResult>;
  /** Null when it is not resting. Everything committed until now is seen. */
  abstract restingOrder(orderId: OrderId): Promise<OrderFacts | null>;
  /** What an order or a bid in an auction may still cost; zero once it is over. Everything committed is seen. */
  abstract unspentOf(orderId: OrderId): Promise<MicroUsd>;
  /** When that is which is sold; null when there is no such open listing. */
  abstract listingWindow(listingId: ListingId): Promise<Window | null>;
  /** Why the market would refuse the request now; null when it would not. */
  abstract wouldRefuse(request: OrderRequest): Promise<JsonOf<MarketRejection> | null>;
  /** Places or changes an order for which the money is set aside. */
  abstract sendOrder(request: OrderRequest, context: CommandContext): Promise<OrderResult>;
  abstract cancelOrder(
    orderId: OrderId,
    buyerId: OrganizationId,
    context: CommandContext,
  ): Promise<OrderResult>;
  /** What was curtailed of a reservation, in order; none a day after its window. */
  abstract losses(reservationId: ReservationId): Promise<readonly Loss[]>;
  /** Writes down what became of an order that was to replace what was lost: once for each order. */
  abstract recordRebooking(attempt: Omit<RecordRebooking, 'type' | keyof Sent>): Promise<void>;
  /** Offers what is idle of a reservation, as its rule says; once for each review that was due. */
  abstract reviewIdle(
    reservationId: ReservationId,
    found: { readonly dueAt: Instant; readonly askedAt: Instant | null; readonly peak: Quantity },
  ): Promise<void>;
  /** What is known of a pool has changed; bids that waited for it are served. */
  abstract rateEvidence(
    poolId: PoolId,
    rating: { readonly level: EvidenceLevel; readonly change: number },
  ): Promise<void>;
  abstract withdrawBid(orderId: OrderId, buyerId: OrganizationId, context: CommandContext): Promise<OrderResult>;
  /** What a context was answered with before; null when it is new. */
  abstract recallOrder(context: CommandContext): Promise<OrderResult | null>;
}
