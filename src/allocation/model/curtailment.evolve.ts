import { present } from '../../kernel/assert.js';
import type { ReservationId } from '../../kernel/ids.js';
import {
  add,
  fromSegments,
  segmentsOf,
  subtract,
  type StepFunction,
} from '../../kernel/step-function.js';
import { DAY_MS, plus, type Instant } from '../../kernel/time.js';
import { countLoss } from './counting.js';
import type * as events from './curtailment.events.js';
import type { Loss } from './curtailment.state.js';
import type { MarketState, PoolState } from './market.state.js';
import { leave } from './order.evolve.js';
import { removeReservation } from './reservation.cuts.js';
import { commit, lotOf, ownedOf, poolOf } from './titles.js';

export function poolCurtailed(state: MarketState, event: events.PoolCurtailed): MarketState {
  const pool = poolOf(state, event.poolId);
  const unsold = fromSegments(event.unsold);
  takeBack(pool, unsold);
  pool.root.title = subtract(pool.root.title, unsold);
  return state;
}

export function listingReduced(
  state: MarketState,
  { listingId, listingRemaining }: events.ListingReduced,
): MarketState {
  const listing = present(state.listings.get(listingId), `listing ${listingId}`);
  const remaining = fromSegments(listingRemaining);
  const lot = lotOf(state, listing.poolId, listing.source);
  for (const { window, value } of segmentsOf(subtract(listing.remaining, remaining))) {
    commit(lot, window, -value);
  }
  leave(state, listing, remaining);
  return state;
}

export function reservationCurtailed(
  state: MarketState,
  event: events.ReservationCurtailed,
): MarketState {
  const { reservationId, poolId, lostTitle } = event;
  const owned = ownedOf(state, reservationId);
  const pool = poolOf(state, poolId);
  takeBack(pool, fromSegments(lostTitle));
  countLoss(state, pool, owned, lostTitle);
  keepLoss(state, event);
  if (event.isWhole) {
    removeReservation(state, owned);
    return state;
  }
  const lot = { ...owned.lot, title: fromSegments(event.entitlement) };
  const lost = add(owned.lost, fromSegments(event.lost));
  state.reservations.set(reservationId, { ...owned, lot, lost });
  return state;
}

export function rebookingSet(
  state: MarketState,
  { reservationId, rebooking }: events.RebookingSet,
): MarketState {
  state.reservations.set(reservationId, { ...ownedOf(state, reservationId), rebooking });
  return state;
}

/** Not of the pool any more, whoever had title to it. */
function takeBack(pool: PoolState, taken: StepFunction): void {
  pool.facts = { ...pool.facts, nameplate: subtract(pool.facts.nameplate, taken) };
  pool.curtailed = add(pool.curtailed, taken);
}

function keepLoss(state: MarketState, event: events.ReservationCurtailed): void {
  const { reservationId, curtailmentId, window, quantity, curtailedAt } = event;
  forgetLosses(state.losses, curtailedAt);
  const known = state.losses.get(reservationId) ?? [];
  const loss = { curtailmentId, window, quantity, lost: fromSegments(event.lost) };
  state.losses.set(reservationId, [...known, loss]);
}

/** A day after the window the books have long followed. */
function forgetLosses(losses: Map<ReservationId, readonly Loss[]>, now: Instant): void {
  for (const [reservationId, known] of losses) {
    if (known.every(({ window }) => plus(window.end, DAY_MS) <= now)) losses.delete(reservationId);
  }
}
