import type { Duration, Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { MarketRejection } from './market.rejections.js';
import type { MarketState, PoolState } from './market.state.js';
import { promises } from './order.constraints.js';
import type { OrderTerms } from './order.state.js';
import { checkWindow } from './window.rules.js';

/**
 * The pools that an order can reach by what they promise, which never changes; all there are where it can
 * reach none. How well it is shown does change: a bid may wait for that.
 */
export function reachedBy(
  pools: MarketState['pools'],
  constraints: OrderTerms['constraints'],
): readonly PoolState[] {
  const all = [...pools.values()];
  const within = all.filter(({ facts }) => promises(constraints, facts.attributes));
  return within.length > 0 ? within : all;
}

/**
 * Fit where one pool that the order can reach sells such a window; else what the one on the finest
 * grid says: a day that is running is over for who sells by the hour, and not for who sells by the day.
 */
export function checkOrderWindow(
  pools: MarketState['pools'],
  { window, constraints }: { readonly window: Window; readonly constraints: OrderTerms['constraints'] },
  now: Instant,
): MarketRejection | null {
  const misfits: { readonly grid: Duration; readonly misfit: MarketRejection }[] = [];
  for (const grid of gridsOf(reachedIfItMatters(pools, constraints))) {
    const misfit = checkWindow(window, grid, now);
    if (misfit === null) return null;
    misfits.push({ grid, misfit });
  }
  return misfits.sort((a, b) => a.grid - b.grid)[0]?.misfit ?? null;
}

const gridsOf = (pools: Iterable<PoolState>): ReadonlySet<Duration> =>
  new Set(Array.from(pools, ({ facts }) => facts.grid));

/** In most markets all pools are on one grid. */
function reachedIfItMatters(
  pools: MarketState['pools'],
  constraints: OrderTerms['constraints'],
): Iterable<PoolState> {
  return gridsOf(pools.values()).size > 1 ? reachedBy(pools, constraints) : pools.values();
}
