import { intersection } from '../../kernel/window.js';
import type { MarketState } from './market.state.js';
import { compareBids } from './order-book.js';
import { bidOf } from './order.evolve.js';
import type { Order } from './order.state.js';

/** Where a resting bid stands among those that want some of the same time. */
export interface WaitlistPosition {
  /** 1 is next. */
  readonly position: number;
  /** Tokens/s that are wanted by those before it. */
  readonly quantityAhead: bigint;
}

export function waitlistPosition(state: MarketState, order: Order): WaitlistPosition {
  const bid = bidOf(order);
  const ahead = [...state.orders.values()].filter(
    (other) => compareBids(bidOf(other), bid) < 0 && intersection(other.window, order.window) !== null,
  );
  const quantityAhead = ahead.reduce((sum, { remaining }) => sum + remaining, 0n);
  return { position: ahead.length + 1, quantityAhead };
}
