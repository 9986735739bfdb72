import type { ListingId, OrderId, OrganizationId, PoolId, ReservationId } from '../../kernel/ids.js';
import type { MicroUsd, UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Duration, Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { Source } from './market.state.js';
import type { PoolFacts } from './market.terms.js';
import type {
  CurtailPool,
  ExtendReservation,
  RecordRebooking,
  SetRebooking,
} from './curtailment.commands.js';
import type { OrderTerms, TimeInForce } from './order.state.js';
import type { RateEvidence } from './evidence.commands.js';
import type { ReviewIdle, SetIdleRule } from './idle.commands.js';
import type { AcceptQuote, ReleaseQuote, RequestQuote } from './quote.commands.js';
import type { Sent } from './sent.js';
import type { ReturnTransfer, TransferReservation } from './transfer.commands.js';

export type * from './curtailment.commands.js';
export type * from './evidence.commands.js';
export type * from './idle.commands.js';
export type * from './quote.commands.js';
export type * from './sent.js';
export type * from './transfer.commands.js';

/** Brings a pool into the market, or takes over how it has grown and which terms it has now. */
export interface OpenPool extends Sent {
  readonly type: 'OpenPool';
  readonly facts: PoolFacts;
}

export interface CreateListing extends Sent {
  readonly type: 'CreateListing';
  readonly listingId: ListingId;
  readonly poolId: PoolId;
  readonly sellerId: OrganizationId;
  readonly source: Source;
  readonly window: Window;
  readonly quantity: Quantity;
  readonly unitPrice: UnitPrice;
  /** Refused when it would be filled at once. */
  readonly isPostOnly: boolean;
}

export interface WithdrawListing extends Sent {
  readonly type: 'WithdrawListing';
  readonly listingId: ListingId;
  readonly sellerId: OrganizationId;
}

export interface HoldReservation extends Sent {
  readonly type: 'HoldReservation';
  readonly reservationId: ReservationId;
  readonly listingId: ListingId;
  readonly buyerId: OrganizationId;
  readonly window: Window;
  readonly quantity: Quantity;
  readonly holdFor: Duration;
}

/** Several holds at once: all of them, or none. */
export interface HoldPackage extends Sent {
  readonly type: 'HoldPackage';
  readonly packageId: string;
  readonly buyerId: OrganizationId;
  readonly holds: readonly Pick<
    HoldReservation,
    'reservationId' | 'listingId' | 'window' | 'quantity'
  >[];
  readonly holdFor: Duration;
}

export interface ReleaseHold extends Sent {
  readonly type: 'ReleaseHold';
  readonly reservationId: ReservationId;
  readonly holderId: OrganizationId;
}

/** The money is in escrow. */
export interface ConfirmPayment extends Sent {
  readonly type: 'ConfirmPayment';
  readonly reservationId: ReservationId;
  readonly amount: MicroUsd;
}

export interface CancelReservation extends Sent {
  readonly type: 'CancelReservation';
  readonly reservationId: ReservationId;
  readonly holderId: OrganizationId;
  /** The fee that the holder was shown and accepts. */
  readonly feeAccepted: MicroUsd;
}

/** Offers part of one's title by sealed bids at one price for all who win. */
export interface OpenAuction
  extends Sent,
    Pick<CreateListing, 'listingId' | 'poolId' | 'sellerId' | 'source' | 'window' | 'quantity'> {
  readonly type: 'OpenAuction';
  /** Nothing is sold below it. */
  readonly reservePrice: UnitPrice;
  /** Null: at once. */
  readonly opensAt: Instant | null;
  readonly closesAt: Instant;
}

/** A bid for the auction's whole window; its worst-case price, `reserved`, is set aside. */
export interface PlaceAuctionBid
  extends Sent,
    Pick<OrderTerms, 'orderId' | 'buyerId' | 'quantity' | 'limitPrice' | 'minimumFill'> {
  readonly type: 'PlaceAuctionBid';
  readonly auctionId: ListingId;
  readonly reserved: MicroUsd;
}

export interface WithdrawAuctionBid extends Sent {
  readonly type: 'WithdrawAuctionBid';
  readonly orderId: OrderId;
  readonly buyerId: OrganizationId;
}

/** A bid whose whole worst-case price, `reserved`, is set aside. */
export interface PlaceOrder extends Sent, OrderTerms {
  readonly type: 'PlaceOrder';
  readonly timeInForce: TimeInForce;
  readonly reserved: MicroUsd;
}

export interface CancelOrder extends Sent {
  readonly type: 'CancelOrder';
  readonly orderId: OrderId;
  readonly buyerId: OrganizationId;
}

/** `quantity` counts what was filled; `raised` is what was set aside for this in addition. */
export interface AmendOrder extends Sent {
  readonly type: 'AmendOrder';
  readonly orderId: OrderId;
  readonly buyerId: OrganizationId;
  readonly quantity: Quantity;
  readonly limitPrice: UnitPrice;
  readonly raised: MicroUsd;
}

/** Lets expire, start and end whatever is due. */
export interface AdvanceMarket extends Sent {
  readonly type: 'AdvanceMarket';
}

export type MarketCommand =
  | OpenPool
  | CreateListing
  | WithdrawListing
  | HoldReservation
  | HoldPackage
  | ReleaseHold
  | ConfirmPayment
  | CancelReservation
  | PlaceOrder
  | CancelOrder
  | AmendOrder
  | CurtailPool
  | SetRebooking
  | RecordRebooking
  | ExtendReservation
  | SetIdleRule
  | ReviewIdle
  | RateEvidence
  | TransferReservation
  | ReturnTransfer
  | OpenAuction
  | PlaceAuctionBid
  | WithdrawAuctionBid
  | RequestQuote
  | AcceptQuote
  | ReleaseQuote
  | AdvanceMarket;
