import { accept, type Decision } from '../../kernel/decider.js';
import { addOver, segmentsOf, ZERO, type StepFunction } from '../../kernel/step-function.js';
import type { AdvanceMarket } from './market.commands.js';
import type { MarketEvent } from './market.events.js';
import type { MarketRejection } from './market.rejections.js';
import type { HeldReservation, Listing, MarketState } from './market.state.js';

import type { Instant } from '../../kernel/time.js';

/**
 * Everything that is due, in the order in which it must happen: holds expire, reservations start,
 * listings whose window has passed close, and only then reservations end, because a listing is cut
 * from a reservation that is still there.
 */
export function advanceMarket(
  { now }: AdvanceMarket,
  state: MarketState,
): Decision<MarketEvent, MarketRejection> {
  const reservations = [...state.reservations.values()];
  const expired = reservations.filter(
    (one): one is HeldReservation => one.status === 'held' && one.expiresAt <= now,
  );
  const owned = reservations.filter((one) => one.status !== 'held');
  return accept<MarketEvent>(
    ...releases(state, expired),
    ...owned
      .filter(({ status, window }) => status === 'scheduled' && window.start <= now)
      .map(({ reservationId }) => ({ type: 'ReservationActivated' as const, reservationId })),
    ...passed(state.listings.values(), now),
    ...owned
      .filter(({ window }) => window.end <= now)
      .map(({ reservationId }) => ({ type: 'ReservationCompleted' as const, reservationId })),
  );
}

/** Several holds on one listing end together: each event says what is offered after it. */
function releases(state: MarketState, expired: readonly HeldReservation[]): MarketEvent[] {
  const remaining = new Map<string, StepFunction>();
  return expired.map(({ reservationId, listingId, window, quantity }) => {
    const listing = state.listings.get(listingId);
    const before = remaining.get(listingId) ?? listing?.remaining ?? ZERO;
    const after = addOver(before, window, quantity);
    remaining.set(listingId, after);
    const listingRemaining = listing === undefined ? null : segmentsOf(after);
    return { type: 'HoldReleased', reservationId, listingId, reason: 'expired', listingRemaining };
  });
}

function passed(listings: Iterable<Listing>, now: Instant): MarketEvent[] {
  return [...listings]
    .filter(({ window }) => window.end <= now)
    .map(({ listingId }) => ({ type: 'ListingClosed', listingId, reason: 'expired' }));
}
