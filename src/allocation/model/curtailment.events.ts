import type {
  ListingId,
  OrderId,
  OrganizationId,
  PoolId,
  ReservationId,
} from '../../kernel/ids.js';
import type { MicroUsd, UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Segment } from '../../kernel/step-function.js';
import type { Duration, Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { Rebooking } from './curtailment.state.js';
import type { CurtailmentCause } from './market.terms.js';

/** A provider took capacity back. What it had not sold goes first, with this event. */
export interface PoolCurtailed {
  readonly type: 'PoolCurtailed';
  readonly curtailmentId: string;
  readonly poolId: PoolId;
  readonly providerId: OrganizationId;
  readonly window: Window;
  /** The whole of it; the titles of holders lose the rest, each by an event of its own. */
  readonly quantity: Quantity;
  readonly cause: CurtailmentCause;
  readonly curtailedAt: Instant;
  /** What the provider had not sold of it: not in the nameplate, and not the provider's, from now on. */
  readonly unsold: readonly Segment[];
  /** What of that was offered, or held and not paid for. */
  readonly offered: readonly Segment[];
}

/** Less is offered: what it was cut from was curtailed. */
export interface ListingReduced {
  readonly type: 'ListingReduced';
  readonly listingId: ListingId;
  readonly listingRemaining: readonly Segment[];
}

/** Capacity that was bought is lost; it is paid back at the price at which it was bought. */
export interface ReservationCurtailed {
  readonly type: 'ReservationCurtailed';
  readonly curtailmentId: string;
  readonly reservationId: ReservationId;
  readonly poolId: PoolId;
  readonly providerId: OrganizationId;
  readonly holderId: OrganizationId;
  readonly cause: CurtailmentCause;
  readonly curtailedAt: Instant;
  /** Of the pool. */
  readonly grid: Duration;
  /** Of the reservation, as it was bought. */
  readonly window: Window;
  readonly quantity: Quantity;
  /** What is lost of all that was bought, parts that were resold included: what is refunded. */
  readonly lost: readonly Segment[];
  /** What the holder loses of what was still theirs: not in the nameplate from now on. */
  readonly lostTitle: readonly Segment[];
  /** What is the holder's from now on. */
  readonly entitlement: readonly Segment[];
  readonly refund: MicroUsd;
  /** From the provider, for what the holder lost of what was still theirs. */
  readonly penalty: MicroUsd;
  /** Nothing is left of all that was bought: the reservation is over. */
  readonly isWhole: boolean;
  /** Handed over within an organization: its price is refunded with what it was cut from. */
  readonly isTransfer: boolean;
  /** What the holder wants ordered in its place. */
  readonly rebooking: Rebooking | null;
  /** The smallest lots that the order in its place can reach. */
  readonly rebookingLotSize: Quantity;
}

export interface RebookingSet {
  readonly type: 'RebookingSet';
  readonly reservationId: ReservationId;
  readonly holderId: OrganizationId;
  readonly rebooking: Rebooking | null;
}

/** What became of the order for something that was lost. */
export interface RebookingAttempted {
  readonly type: 'RebookingAttempted';
  readonly curtailmentId: string;
  readonly reservationId: ReservationId;
  readonly holderId: OrganizationId;
  readonly orderId: OrderId;
  readonly window: Window;
  readonly quantity: Quantity;
  readonly limitPrice: UnitPrice;
  /** Why no order was placed, as a rejection's code; null when one was. */
  readonly refusal: string | null;
  readonly attemptedAt: Instant;
}
