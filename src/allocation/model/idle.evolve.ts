import type { IdleReviewed, IdleRuleSet } from './idle.events.js';
import type { MarketState } from './market.state.js';
import { ownedOf } from './titles.js';

export function idleRuleSet(
  state: MarketState,
  { reservationId, rule, nextReviewAt }: IdleRuleSet,
): MarketState {
  const owned = ownedOf(state, reservationId);
  // What an earlier rule offers is taken over, so that it is never offered twice.
  const listingId = owned.idle?.listingId ?? null;
  const idle = rule === null ? null : { rule, listingId, nextReviewAt };
  state.reservations.set(reservationId, { ...owned, idle });
  return state;
}

export function idleReviewed(
  state: MarketState,
  { reservationId, listingId, nextReviewAt }: IdleReviewed,
): MarketState {
  const owned = ownedOf(state, reservationId);
  const idle = owned.idle === null ? null : { ...owned.idle, listingId, nextReviewAt };
  state.reservations.set(reservationId, { ...owned, idle });
  return state;
}
