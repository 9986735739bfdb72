import { quantity as toQuantity, type Quantity } from '../../kernel/quantity.js';
import { checkOrderLots } from './lot-size.rules.js';
import type { MarketState } from './market.state.js';
import type { Matching } from './matching.js';
import type { Order } from './order.state.js';

/** Of orders that limit a provider's share nearly all settle within a few. */
const STEPS_MAX = 32;

/**
 * The most of an order that is filled when so much is ordered, whole or not at all. What may come from
 * one provider is a part of what is ordered: of less, less comes from each, and so on until it is the
 * same; and what is ordered is in lots.
 */
export function mostFillable(state: MarketState, matching: Matching, order: Order): Quantity {
  const filledOf = (asked: Quantity): Quantity => fitting(state, order, matching.fillable(whole(order, asked)));
  let asked = order.quantity;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const filled = filledOf(asked);
    if (filled === asked) return asked;
    asked = filled;
  }
  return bisected(asked, filledOf);
}

/** Some quantity that is filled, where the most would take too many steps to find. */
function bisected(above: bigint, filledOf: (asked: Quantity) => Quantity): Quantity {
  let [filled, refused] = [0n, above];
  while (refused - filled > 1n) {
    const asked = toQuantity((filled + refused) / 2n);
    if (filledOf(asked) === asked) filled = asked;
    else refused = asked;
  }
  return toQuantity(filled);
}

export const whole = (order: Order, quantity: Quantity): Order => ({
  ...order,
  ...{ quantity, remaining: quantity, minimumFill: quantity },
});

/** As much as may be ordered: what several pools fill together need not be lots of any. */
function fitting({ pools }: MarketState, { constraints }: Order, quantity: Quantity): Quantity {
  const odd = checkOrderLots(pools, { quantity, minimumFill: quantity, constraints });
  return odd === null ? quantity : (odd.below ?? toQuantity(0n));
}
