import type { ListingId, OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Instant } from '../../kernel/time.js';
import type { IdleRule } from './idle.state.js';

export interface IdleRuleSet {
  readonly type: 'IdleRuleSet';
  readonly reservationId: ReservationId;
  readonly holderId: OrganizationId;
  readonly rule: IdleRule | null;
  readonly setAt: Instant;
  /** Null: there is nothing to look at any more. */
  readonly nextReviewAt: Instant | null;
}

/** Use was looked at; what is offered because of it is told by its own events. */
export interface IdleReviewed {
  readonly type: 'IdleReviewed';
  readonly reservationId: ReservationId;
  readonly holderId: OrganizationId;
  readonly reviewedAt: Instant;
  readonly peak: Quantity;
  /** What can be offered throughout the time to come. */
  readonly idle: Quantity;
  /** What offers it; null: nothing is offered. */
  readonly listingId: ListingId | null;
  /** Why the market does not take the offer; null where it does, or there is none. */
  readonly refusal: string | null;
  readonly nextReviewAt: Instant | null;
}
