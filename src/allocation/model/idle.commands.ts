import type { ListingId, OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Instant } from '../../kernel/time.js';
import type { IdleRule } from './idle.state.js';
import type { Sent } from './sent.js';

/** Null: nothing is listed by itself any more, and what is offered by the rule is withdrawn. */
export interface SetIdleRule extends Sent {
  readonly type: 'SetIdleRule';
  readonly reservationId: ReservationId;
  readonly holderId: OrganizationId;
  readonly rule: IdleRule | null;
}

/** Offers what was not used lately. */
export interface ReviewIdle extends Sent {
  readonly type: 'ReviewIdle';
  readonly reservationId: ReservationId;
  /** Of what may be offered now. */
  readonly listingId: ListingId;
  /** Which review this is: the instant it was due at. */
  readonly dueAt: Instant;
  /** Weighted tokens/s of the busiest hour that was looked at. */
  readonly peak: Quantity;
}
