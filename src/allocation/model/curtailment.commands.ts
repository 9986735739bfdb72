import type { OrderId, OrganizationId, PoolId, ReservationId } from '../../kernel/ids.js';
import type { UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Duration, Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { Rebooking } from './curtailment.state.js';
import type { CurtailmentCause } from './market.terms.js';
import type { Sent } from './sent.js';

/** Takes capacity of a pool back, sold or not. */
export interface CurtailPool extends Sent {
  readonly type: 'CurtailPool';
  readonly curtailmentId: string;
  readonly poolId: PoolId;
  readonly providerId: OrganizationId;
  readonly window: Window;
  readonly quantity: Quantity;
  readonly cause: CurtailmentCause;
}

/** What is ordered in place of what a reservation loses; null: nothing is. */
export interface SetRebooking extends Sent {
  readonly type: 'SetRebooking';
  readonly reservationId: ReservationId;
  readonly holderId: OrganizationId;
  readonly rebooking: Rebooking | null;
}

/** Writes down what became of an order that was to replace what was lost. */
export interface RecordRebooking extends Sent {
  readonly type: 'RecordRebooking';
  readonly curtailmentId: string;
  readonly reservationId: ReservationId;
  readonly holderId: OrganizationId;
  readonly orderId: OrderId;
  readonly window: Window;
  readonly quantity: Quantity;
  readonly limitPrice: UnitPrice;
  /** Why no order was placed; null when one was. */
  readonly refusal: string | null;
}

/** Holds the whole quantity of a reservation for longer, in the same pool; `extensionId` names the holds. */
export interface ExtendReservation extends Sent {
  readonly type: 'ExtendReservation';
  readonly extensionId: string;
  readonly reservationId: ReservationId;
  readonly holderId: OrganizationId;
  readonly until: Instant;
  /** The most that is paid for a token/s and hour. */
  readonly unitPriceMax: UnitPrice;
  readonly holdFor: Duration;
}
