import type { UnitPrice } from '../../kernel/money.js';
import type { StepFunction } from '../../kernel/step-function.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Duration } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { OrderConstraints } from './order.state.js';

/** The bid that is placed for what a reservation loses. */
export interface Rebooking {
  readonly limitPrice: UnitPrice;
  readonly constraints: OrderConstraints;
  readonly timeInForce: RebookingTime;
  /** Less than this, or all of an order that is for less, is not filled at any one moment. */
  readonly minimumFill: Quantity;
  /** Each order is filled whole or not at all, whatever its quantity turns out to be. */
  readonly isAllOrNone: boolean;
}

/** As of an order; when it will be placed nobody knows yet, so a rest has a length and no end. */
export type RebookingTime =
  | { readonly kind: 'IOC' | 'FOK' | 'GTC' }
  | { readonly kind: 'GTD'; readonly restsFor: Duration };

/** What one curtailment took of what a reservation bought: what its money follows. */
export interface Loss {
  readonly curtailmentId: string;
  /** Of the reservation, as it was bought. */
  readonly window: Window;
  readonly quantity: Quantity;
  readonly lost: StepFunction;
}
