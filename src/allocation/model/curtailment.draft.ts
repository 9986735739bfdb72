import type { PoolId } from '../../kernel/ids.js';
import type { MarketEvent } from './market.events.js';
import { evolve } from './market.evolve.js';
import type { Listing, MarketState, Reservation } from './market.state.js';
import { poolOf } from './titles.js';

const ENDS: readonly MarketEvent['type'][] = ['ListingClosed', 'OrderClosed'];

/**
 * The market as it is after events that concern one pool, to match on; the state stays as it is. What
 * is closed stays in the draft with nothing left: book and sealed bids are shared, and not touched.
 */
export function draftOf(
  state: MarketState,
  poolId: PoolId,
  events: readonly MarketEvent[],
): MarketState {
  const { root, ...pool } = poolOf(state, poolId);
  const copy = { ...pool, root: { ...root }, positions: new Map(pool.positions) };
  const draft: MarketState = {
    ...state,
    pools: new Map(state.pools).set(poolId, copy),
    listings: copied(state.listings, poolId, (listing) => ({ ...listing })),
    reservations: copied(state.reservations, poolId, copyOf),
    losses: new Map(state.losses),
  };
  return events.filter(({ type }) => !ENDS.includes(type)).reduce(evolve, draft);
}

function copied<Id, Value extends Listing | Reservation>(
  all: ReadonlyMap<Id, Value>,
  poolId: PoolId,
  copy: (value: Value) => Value,
): Map<Id, Value> {
  return new Map([...all].map(([id, one]) => [id, one.poolId === poolId ? copy(one) : one]));
}

function copyOf(reservation: Reservation): Reservation {
  if (reservation.status === 'held') return reservation;
  return { ...reservation, lot: { ...reservation.lot } };
}
