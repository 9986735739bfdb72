import type { Instant } from '../../kernel/time.js';
import { intersection } from '../../kernel/window.js';
import type { MarketState } from './market.state.js';
import { compareBids } from './order-book.js';
import { bidOf } from './order.evolve.js';
import { reachedBy } from './order.reach.js';
import type { Order } from './order.state.js';

/** Where a resting bid stands among those that want some of the same time from some of the same pools. */
export interface WaitlistPosition {
  /** 1 is next. */
  readonly position: number;
  /** Tokens/s that are wanted by those before it. */
  readonly quantityAhead: bigint;
}

/** Who expired is not before anybody, however late the job that says so; nor is who can reach none of the same pools. */
export function waitlistPosition(state: MarketState, order: Order, now: Instant): WaitlistPosition {
  const bid = bidOf(order);
  const reached = new Set(reachedBy(state.pools, order.constraints));
  const isAhead = (other: Order): boolean =>
    other.expiresAt > now &&
    compareBids(bidOf(other), bid) < 0 &&
    intersection(other.window, order.window) !== null &&
    reachedBy(state.pools, other.constraints).some((pool) => reached.has(pool));
  const ahead = [...state.orders.values()].filter(isAhead);
  const quantityAhead = ahead.reduce((sum, { remaining }) => sum + remaining, 0n);
  return { position: ahead.length + 1, quantityAhead };
}
