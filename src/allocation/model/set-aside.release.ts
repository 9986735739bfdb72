import type { Instant } from '../../kernel/time.js';
import type { MarketEvent } from './market.events.js';
import type { MarketState, PoolState } from './market.state.js';
import type { PoolFacts } from './market.terms.js';
import type { Matching } from './matching.js';
import type { Order } from './order.state.js';
import type { ReleaseAwaited } from './set-aside.events.js';
import { nextReleaseFor } from './set-aside.rules.js';
import { poolOf } from './titles.js';

// Bids that wait for a release have one job a pool, due when the first of them could be served; each
// time it runs it says when the next one is. Where nobody waits there is none.

/** Pools of which something is released that bids wait for. */
export function releasesDue({ pools }: MarketState, now: Instant): readonly PoolState[] {
  return [...pools.values()].filter(
    ({ releaseAwaitedAt }) => releaseAwaitedAt !== null && releaseAwaitedAt <= now,
  );
}

/** What a bid that comes to rest waits for, where that is sooner than what others wait for. */
export function awaitedBy(
  { pools }: MarketState,
  order: Order,
  now: Instant,
): readonly MarketEvent[] {
  const events: ReleaseAwaited[] = [];
  for (const { facts, releaseAwaitedAt } of pools.values()) {
    if (facts.setAside === null) continue;
    const releaseAt = nextReleaseFor(facts, order, now);
    if (releaseAt === null) continue;
    if (releaseAwaitedAt !== null && releaseAwaitedAt <= releaseAt) continue;
    events.push({ type: 'ReleaseAwaited', poolId: facts.poolId, releaseAt });
  }
  return events;
}

/** What the bids that rest after a decision wait for in a pool, where that is news. */
export function awaitedAfter(
  state: MarketState,
  matching: Matching,
  { facts, now }: { readonly facts: PoolFacts; readonly now: Instant },
): readonly MarketEvent[] {
  const { poolId } = facts;
  const known = state.pools.has(poolId) ? poolOf(state, poolId).releaseAwaitedAt : null;
  let releaseAt: Instant | null = null;
  for (const order of facts.setAside === null ? [] : state.orders.values()) {
    if (order.expiresAt <= now || matching.remainingOf(order) === 0n) continue;
    const at = nextReleaseFor(facts, order, now);
    if (at !== null && (releaseAt === null || at < releaseAt)) releaseAt = at;
  }
  return releaseAt === known ? [] : [{ type: 'ReleaseAwaited', poolId, releaseAt }];
}
