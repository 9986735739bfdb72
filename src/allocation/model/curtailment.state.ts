import type { UnitPrice } from '../../kernel/money.js';
import type { StepFunction } from '../../kernel/step-function.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Window } from '../../kernel/window.js';
import type { OrderConstraints } from './order.state.js';

/** The bid that is placed for what a reservation loses. */
export interface Rebooking {
  readonly limitPrice: UnitPrice;
  readonly constraints: OrderConstraints;
  readonly timeInForce: { readonly kind: 'IOC' | 'GTC' };
}

/** What one curtailment took of what a reservation bought: what its money follows. */
export interface Loss {
  readonly curtailmentId: string;
  /** Of the reservation, as it was bought. */
  readonly window: Window;
  readonly quantity: Quantity;
  readonly lost: StepFunction;
}
