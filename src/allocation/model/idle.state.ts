import type { ListingId } from '../../kernel/ids.js';
import type { BasisPoints, UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Instant } from '../../kernel/time.js';

/** What a holder wants listed by itself: what a reservation is measured not to need. */
export interface IdleRule {
  /** What is idle is listed at this price; bids above it pay what they bid. */
  readonly unitPrice: UnitPrice;
  /** Kept above the measured peak, as a share of it. */
  readonly margin: BasisPoints;
  /** Kept whatever was measured. */
  readonly keepMin: Quantity;
}

/** The rule of a reservation, and where it stands. */
export interface IdleListing {
  readonly rule: IdleRule;
  /** What it offers now; may be sold or withdrawn by now. Null: nothing. */
  readonly listingId: ListingId | null;
  /** When use is looked at next; null: never again, because the window is nearly over. */
  readonly nextReviewAt: Instant | null;
}
