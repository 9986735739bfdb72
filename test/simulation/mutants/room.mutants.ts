import type { MarketEvent } from '../../../src/allocation/model/market.events.js';
import type { MarketState, PoolState } from '../../../src/allocation/model/market.state.js';
import type { PoolFacts } from '../../../src/allocation/model/market.terms.js';
import type { OrganizationId, PoolId } from '../../../src/kernel/ids.js';
import type { Quantity } from '../../../src/kernel/quantity.js';
import { add, rectangle, ZERO, type StepFunction } from '../../../src/kernel/step-function.js';
import { decide, deciding, eventsOf, type Mutant } from './mutant.js';

/** Everything but the opening of a pool is decided by other facts of it. */
function withFacts(change: (facts: PoolFacts) => PoolFacts): Mutant['plant'] {
  return deciding((command, state) => {
    const pools = new Map(
      [...state.pools].map(([poolId, pool]) => [poolId, { ...pool, facts: change(pool.facts) }] as const),
    );
    return decide(command, command.type === 'OpenPool' ? state : { ...state, pools });
  });
}

const neverReleased = (event: MarketEvent): MarketEvent =>
  event.type === 'ReleaseAwaited' ? { ...event, releaseAt: null } : event;

/** Title and holds alone: what is resold is forgotten although it may come back. */
function withoutPaths(state: MarketState): MarketState {
  const pools = new Map<PoolId, PoolState>();
  for (const [poolId, pool] of state.pools) {
    const positions = new Map<OrganizationId, StepFunction>();
    for (const one of state.reservations.values()) {
      if (one.poolId !== poolId || one.holderId === pool.facts.providerId) continue;
      const own = one.status === 'held' ? rectangle(one.window, one.quantity) : one.lot.title;
      positions.set(one.holderId, add(positions.get(one.holderId) ?? ZERO, own));
    }
    pools.set(poolId, { ...pool, positions, shared: new Map() });
  }
  return { ...state, pools };
}

export const ROOM_MUTANTS: readonly Mutant[] = [
  {
    name: 'nothing kept for small buyers',
    breaks: 'large buyers get what is set aside',
    promise: 'set-aside',
    plant: withFacts((facts) => ({ ...facts, setAside: null })),
    found: /buys of .* what is set aside for small buyers/,
    within: 200,
  },
  {
    name: 'a resale that is forgotten',
    breaks: 'what a reseller may get back leaves them room to buy as much again',
    promise: 'share cap',
    plant: deciding((command, state) => decide(command, command.type === 'OpenPool' ? state : withoutPaths(state))),
    found: /above the cap|what is set aside for small buyers/,
    within: 1000,
    marketSteps: 1_000,
  },
  {
    name: 'parts of lots',
    breaks: 'a pool is traded in any quantity',
    promise: 'lots',
    plant: withFacts((facts) => ({ ...facts, lotSize: 1n as Quantity })),
    found: /in lots of/,
    within: 200,
  },
  {
    name: 'releases that reach nobody',
    breaks: 'a release that a bid waits for is not looked after',
    promise: 'set-aside',
    plant: eventsOf(neverReleased),
    found: /is not told when .* is released/,
    within: 400,
    marketSteps: 1500,
  },
];
