import type { ReservationId } from '../../kernel/ids.js';
import type { MicroUsd, UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { PartOfQuote, QuoteEnded, QuoteNotFillable, TooManyQuotes } from './quote.rejections.js';

/**
 * Why the market refuses, in the order in which reasons are looked for: when several hold, the one
 * further up is given. What is not the caller's is answered as what does not exist.
 */
export type MarketRejection =
  | { readonly code: 'MARKET_NOT_FOUND' }
  | PackageRefused
  | { readonly code: 'POOL_NOT_FOUND' }
  | { readonly code: 'LISTING_NOT_FOUND' }
  | { readonly code: 'RESERVATION_NOT_FOUND' }
  | { readonly code: 'ORDER_NOT_FOUND' }
  | { readonly code: 'QUOTE_NOT_FOUND' }
  | TooManyQuotes
  | { readonly code: 'TEAM_NOT_FOUND' }
  | { readonly code: 'POOL_CHANGED'; readonly what: 'market' | 'provider' | 'grid' | 'nameplate' }
  | { readonly code: 'NOT_SELLER' }
  | { readonly code: 'SELF_TRADE' }
  | { readonly code: 'NOT_TRANSFERRED' }
  | { readonly code: 'TRANSFERRED'; readonly sourceId: ReservationId }
  | { readonly code: 'WRONG_LISTING_KIND'; readonly kind: 'auction' | 'fixed-price' }
  | WrongAuctionState
  | { readonly code: 'WRONG_STATE'; readonly state: ReservationStatus }
  | QuoteEnded
  | PartOfQuote
  | { readonly code: 'HOLD_EXPIRED'; readonly expiredAt: Instant }
  | { readonly code: 'OFF_GRID'; readonly nearest: Window }
  | { readonly code: 'WINDOW_IN_PAST'; readonly earliestStart: Instant }
  | AuctionTimesInvalid
  | { readonly code: 'EXPIRY_IN_PAST'; readonly now: Instant }
  | { readonly code: 'ALREADY_FILLED'; readonly filled: Quantity }
  | { readonly code: 'OUTSIDE_OFFER'; readonly offered: Window }
  | { readonly code: 'SAME_TEAM' }
  | { readonly code: 'CHAIN_TOO_LONG'; readonly chainMax: number }
  | { readonly code: 'NOT_TRANSFERABLE' }
  | { readonly code: 'HOPS_EXHAUSTED'; readonly hopsMax: number }
  | { readonly code: 'HELD_TOO_BRIEFLY'; readonly listableFrom: Instant }
  | { readonly code: 'PRICE_ABOVE_CAP'; readonly unitPriceMax: UnitPrice }
  | { readonly code: 'BELOW_RESERVE'; readonly reservePrice: UnitPrice }
  | { readonly code: 'AMOUNT_TOO_LARGE'; readonly amountMax: MicroUsd }
  | { readonly code: 'PAYMENT_MISMATCH'; readonly due: MicroUsd }
  | { readonly code: 'NAMEPLATE_EXCEEDED'; readonly available: Quantity }
  | { readonly code: 'RECLAIM_NOT_AGREED'; readonly earliestStart: Instant | null }
  | { readonly code: 'RECLAIM_TOO_SOON'; readonly earliestStart: Instant | null }
  | QuoteNotFillable
  | { readonly code: 'NOT_FILLABLE'; readonly available: Quantity }
  | { readonly code: 'INSUFFICIENT_TITLE'; readonly available: Quantity }
  | { readonly code: 'CAPACITY_EXHAUSTED'; readonly available: Quantity }
  | { readonly code: 'BUYER_SHARE_EXCEEDED'; readonly available: Quantity }
  | NotExtendable
  | { readonly code: 'TOO_MANY_BIDS'; readonly bidsMax: number }
  | { readonly code: 'WOULD_TRADE'; readonly bestBid: UnitPrice }
  | { readonly code: 'RESERVATION_ENCUMBERED'; readonly encumbrance: Encumbrance }
  | { readonly code: 'FEE_CHANGED'; readonly fee: MicroUsd };

/** What keeps the whole of a reservation from being given back. */
export type Encumbrance = 'listed' | 'resold' | 'transferred';

/** The whole quantity cannot be had for that long at that price. */
export interface NotExtendable {
  readonly code: 'NOT_EXTENDABLE';
  /** Tokens/s that can be had all the time, at that price. */
  readonly available: Quantity;
  /** Until when the whole quantity can be had at that price; the end of the reservation: no longer. */
  readonly until: Instant;
  /** The price at which all of it can be had; null: at none. */
  readonly unitPrice: UnitPrice | null;
}

/** One hold of a package cannot be made, so none was: which one, from 0, and why. */
export interface PackageRefused {
  readonly code: 'PACKAGE_REFUSED';
  readonly index: number;
  readonly reason: HoldRejection;
}

/** A bid came before the opening or after the close, or the seller took back after the opening. */
export interface WrongAuctionState {
  readonly code: 'WRONG_AUCTION_STATE';
  readonly state: 'upcoming' | 'open' | 'closed';
  readonly opensAt: Instant;
  readonly closesAt: Instant;
}

/** An auction would open or close outside what is possible; both ends are accepted. */
export interface AuctionTimesInvalid {
  readonly code: 'AUCTION_TIMES_INVALID';
  readonly field: 'opensAt' | 'closesAt';
  readonly earliest: Instant;
  readonly latest: Instant;
}

/** Why one hold is refused. */
export type HoldRejection = Exclude<MarketRejection, PackageRefused>;

export type ReservationStatus =
  | 'held'
  | 'scheduled'
  | 'active'
  | 'completed'
  | 'expired'
  | 'released'
  | 'cancelled'
  | 'curtailed'
  | 'returned';

export type MarketRejectionCode = MarketRejection['code'];
