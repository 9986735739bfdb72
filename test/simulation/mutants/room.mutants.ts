import type { MarketCommand } from '../../../src/allocation/model/market.commands.js';
import type { MarketEvent } from '../../../src/allocation/model/market.events.js';
import type { MarketState, PoolState, Reservation } from '../../../src/allocation/model/market.state.js';
import type { PoolFacts } from '../../../src/allocation/model/market.terms.js';
import type { OrganizationId, PoolId, ReservationId } from '../../../src/kernel/ids.js';
import type { Quantity } from '../../../src/kernel/quantity.js';
import { add, addOver, rectangle, ZERO, type StepFunction } from '../../../src/kernel/step-function.js';
import type { Plant } from '../stage.js';
import { decide, deciding, eventsOf, type Decision, type Mutant } from './mutant.js';

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

/** Holds are decided as if these pools were so. */
function holdsWith(changed: (pool: PoolState) => PoolState): (command: MarketCommand, state: MarketState) => Decision {
  return (command, state) => {
    if (command.type !== 'HoldReservation') return decide(command, state);
    const pools = new Map([...state.pools].map(([poolId, pool]) => [poolId, changed(pool)] as const));
    return decide(command, { ...state, pools });
  };
}

type Given = Pick<Reservation, 'poolId' | 'holderId' | 'window' | 'quantity'>;

/** Whoever had something and gave it back is refused holds as if they had it still. */
function neverFreed(): Plant {
  const given = new Map<ReservationId, Given>();
  const asBefore = (pool: PoolState): PoolState => {
    const positions = new Map(pool.positions);
    for (const { poolId, holderId, window, quantity } of given.values()) {
      if (poolId !== pool.facts.poolId) continue;
      positions.set(holderId, addOver(positions.get(holderId) ?? ZERO, window, quantity));
    }
    return { ...pool, positions };
  };
  const decideHolds = holdsWith(asBefore);
  return deciding((command, state) => {
    const decision = decideHolds(command, state);
    for (const event of decision.accepted ? decision.events : []) {
      if (event.type !== 'HoldReleased' && event.type !== 'ReservationCancelled') continue;
      const back = state.reservations.get(event.reservationId);
      if (back !== undefined) given.set(event.reservationId, back);
    }
    return decision;
  })();
}

/** Whoever is refused for want of room is told of a lot more than there is. */
function roomier(command: MarketCommand, state: MarketState): Decision {
  const decision = decide(command, state);
  if (decision.accepted || command.type !== 'HoldReservation') return decision;
  const { rejection } = decision;
  if (rejection.code !== 'BUYER_SHARE_EXCEEDED' && rejection.code !== 'SET_ASIDE_FOR_SMALL_BUYERS') return decision;
  const poolId = state.listings.get(command.listingId)?.poolId;
  const lotSize = poolId === undefined ? 1n : (state.pools.get(poolId)?.facts.lotSize ?? 1n);
  return { ...decision, rejection: { ...rejection, available: (rejection.available + lotSize) as Quantity } };
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
    found: /above the cap|what is set aside for small buyers|is refused: .* leaves .* less than/,
    within: 400,
    seed: 29,
    marketSteps: 1_000,
  },
  {
    name: 'a share that is never freed',
    breaks: 'what a buyer gave back goes on counting against their share',
    promise: 'share cap',
    plant: neverFreed,
    found: /is refused: the cap of .* leaves .* (all of|more than)/,
    within: 400,
    seed: 40,
  },
  {
    name: 'room that is not there',
    breaks: 'who is refused for want of room is told of a lot more than there is',
    promise: 'share cap',
    plant: deciding(roomier),
    found: /is refused: .* leaves .* less than/,
    within: 400,
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
