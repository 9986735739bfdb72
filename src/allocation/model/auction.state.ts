import type { ListingId, OrganizationId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { Order } from './order.state.js';

/** When an auction takes bids: from `opensAt` until, and not at, `closesAt`. */
export interface AuctionPeriod {
  readonly opensAt: Instant;
  readonly closesAt: Instant;
}

/** How a listing is sold when it has no fixed price. */
export interface Auction extends AuctionPeriod {
  /** How many bids each buyer has in it. */
  readonly bidsOf: Map<OrganizationId, number>;
}

/**
 * A bid in an auction. Nobody but its buyer sees it before the close, so it is kept apart from the
 * bids of the book: what reads the book has nothing to leave out.
 */
export interface SealedBid extends Order {
  readonly auctionId: ListingId;
}
