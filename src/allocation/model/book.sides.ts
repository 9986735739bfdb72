import type { UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { StepFunction } from '../../kernel/step-function.js';
import type { PoolId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { Listing, MarketState } from './market.state.js';

/** An offer as everybody may see it. */
export interface OpenAsk {
  readonly poolId: PoolId;
  readonly window: Window;
  readonly unitPrice: UnitPrice;
  readonly remaining: StepFunction;
}

/** An order to buy that waits, as everybody may see it. */
export interface RestingBid {
  readonly window: Window;
  readonly limitPrice: UnitPrice;
  readonly remaining: Quantity;
}

/** All that is offered at a price everybody sees: what is sealed has no place here. */
export function openAsks({ listings }: Pick<MarketState, 'listings'>): Iterable<Listing> {
  return [...listings.values()].filter(({ auction }) => auction === null);
}

/** All that waits to buy: what has expired does not, however late the job that says so. */
export function restingBids({ orders }: MarketState, now: Instant): Iterable<RestingBid> {
  return [...orders.values()].filter(({ expiresAt }) => expiresAt > now);
}
