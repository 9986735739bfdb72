import type { MarketEvent } from '../../../src/allocation/model/market.events.js';
import type { PoolFacts } from '../../../src/allocation/model/market.terms.js';
import type { Quantity } from '../../../src/kernel/quantity.js';
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

export const ROOM_MUTANTS: readonly Mutant[] = [
  {
    name: 'nothing kept for small buyers',
    breaks: 'large buyers get what is set aside',
    promise: 'set-aside',
    plant: withFacts((facts) => ({ ...facts, setAside: null })),
    found: /buys of .* what is set aside for small buyers/,
    within: 800,
  },
  {
    name: 'parts of lots',
    breaks: 'a pool is traded in any quantity',
    promise: 'lots',
    plant: withFacts((facts) => ({ ...facts, lotSize: 1n as Quantity })),
    found: /in lots of/,
    within: 50,
  },
  {
    name: 'releases that reach nobody',
    breaks: 'a release that a bid waits for is not looked after',
    promise: 'set-aside',
    plant: eventsOf(neverReleased),
    found: /is not told when .* is released/,
    within: 3200,
    marketSteps: 1500,
  },
];
