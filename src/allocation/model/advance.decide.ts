import { accept, type Decision } from '../../kernel/decider.js';
import type { Instant } from '../../kernel/time.js';
import { clearAuctions } from './auction.advance.js';
import { endHolds } from './hold.endings.js';
import type { AdvanceMarket } from './market.commands.js';
import type { MarketEvent } from './market.events.js';
import type { MarketRejection } from './market.rejections.js';
import type { HeldReservation, Listing, MarketState, OwnedReservation } from './market.state.js';
import { closeOrder } from './match.js';
import { Matching } from './matching.js';
import { quotesExpired } from './quote.decide.js';
import { isReleaseDue } from './set-aside.rules.js';
import { limited, serveAfterHolds } from './waitlist.decide.js';

/**
 * Everything that is due, in the order in which it must happen: orders, quotes and holds expire and
 * reservations start, the waitlist gets what these give back, what of set-asides is released and the
 * room of those to whom nothing can come back any more, auctions that have closed are cleared, listings
 * whose window has passed close, and only then reservations end, because a listing is cut from a
 * reservation that is still there.
 */
export function advanceMarket(
  sent: AdvanceMarket,
  state: MarketState,
): Decision<MarketEvent, MarketRejection> {
  const { now } = sent;
  const reservations = [...state.reservations.values()];
  const expired = reservations.filter(
    (one): one is HeldReservation => one.status === 'held' && one.expiresAt <= now,
  );
  const owned = reservations.filter((one): one is OwnedReservation => one.status !== 'held');
  const ended = endHolds(state, expired, 'expired');
  const matching = new Matching(state, sent);
  const begun = owned.filter(({ status, window }) => status === 'scheduled' && window.start <= now);
  const freed = matching.rooms.begin(begun);
  const due = [...state.pools.values()].filter((pool) => isReleaseDue(pool, now));
  for (const pool of due) matching.rooms.releases(pool);
  const released = due.length > 0 ? [...state.orders.values()] : [];
  serveAfterHolds(matching, state, ended, [...released, ...limited(state, freed)]);
  clearAuctions(matching, state, now);
  return accept<MarketEvent>(
    ...[...state.orders.values()]
      .filter(({ expiresAt }) => expiresAt <= now)
      .map((order) => closeOrder(order, 'expired', order.spent)),
    ...quotesExpired(state, now),
    ...ended.map(({ event }) => event),
    ...begun.map(({ reservationId }) => ({ type: 'ReservationActivated' as const, reservationId })),
    ...matching.outcome(),
    ...passed(state.listings.values(), now),
    ...owned
      .filter(({ window }) => window.end <= now)
      .map(({ reservationId }) => ({ type: 'ReservationCompleted' as const, reservationId })),
  );
}

function passed(listings: Iterable<Listing>, now: Instant): MarketEvent[] {
  return [...listings]
    .filter(({ auction, window }) => auction === null && window.end <= now)
    .map(({ listingId }) => ({ type: 'ListingClosed', listingId, reason: 'expired' }));
}
