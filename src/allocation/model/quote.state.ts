import type {
  ListingId,
  OrganizationId,
  PoolId,
  QuoteId,
  ReservationId,
} from '../../kernel/ids.js';
import type { MicroUsd, UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { OrderConstraints } from './order.state.js';

/** What somebody wants a price for. */
export interface QuoteTerms {
  readonly quoteId: QuoteId;
  readonly buyerId: OrganizationId;
  readonly window: Window;
  readonly quantity: Quantity;
  /** The most that a token/s and hour may cost; null: whatever it costs. */
  readonly limitPrice: UnitPrice | null;
  readonly constraints: OrderConstraints;
}

/** Part of a quote: a hold on one listing, for the quote's whole window. */
export interface QuotedFill {
  readonly reservationId: ReservationId;
  readonly listingId: ListingId;
  readonly poolId: PoolId;
  readonly providerId: OrganizationId;
  readonly platform: string;
  readonly region: string;
  readonly quantity: Quantity;
  readonly unitPrice: UnitPrice;
  readonly amount: MicroUsd;
}

/** A price that stands until it expires: what it is for is set aside. */
export interface Quote extends QuoteTerms {
  /** What all of it costs: the sum of its fills. */
  readonly amount: MicroUsd;
  readonly fills: readonly QuotedFill[];
  readonly quotedAt: Instant;
  readonly expiresAt: Instant;
}

/** Curtailed: something of what was set aside for it is gone. */
export type QuoteEnd = 'accepted' | 'released' | 'expired' | 'curtailed';

/** What is remembered of a quote for a while after it ended. */
export interface ClosedQuote {
  readonly buyerId: OrganizationId;
  readonly reason: QuoteEnd;
  readonly closedAt: Instant;
}
