import { accept, type Decision } from '../../kernel/decider.js';
import type { Instant } from '../../kernel/time.js';
import { clearAuctions } from './auction.advance.js';
import { endHolds } from './hold.endings.js';
import type { AdvanceMarket } from './market.commands.js';
import type { MarketEvent } from './market.events.js';
import type { MarketRejection } from './market.rejections.js';
import type { HeldReservation, Listing, MarketState } from './market.state.js';
import { closeOrder, Matching } from './matching.js';
import { quotesExpired } from './quote.decide.js';
import { serveAfterHolds } from './waitlist.decide.js';

/**
 * Everything that is due, in the order in which it must happen: orders, quotes and holds expire, the waitlist
 * gets what that gives back, auctions that have closed are cleared, reservations start, listings whose
 * window has passed close, and only then reservations end, because a listing is cut from a
 * reservation that is still there.
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
  const ended = endHolds(state, expired, 'expired');
  const matching = new Matching(state, now);
  serveAfterHolds(matching, state, ended);
  clearAuctions(matching, state, now);
  // Who resold by auction holds less of a pool: a cap may leave room for bids of their own.
  matching.serve([]);
  return accept<MarketEvent>(
    ...[...state.orders.values()]
      .filter(({ expiresAt }) => expiresAt <= now)
      .map((order) => closeOrder(order, 'expired', order.spent)),
    ...quotesExpired(state, now),
    ...ended.map(({ event }) => event),
    ...matching.events,
    ...owned
      .filter(({ status, window }) => status === 'scheduled' && window.start <= now)
      .map(({ reservationId }) => ({ type: 'ReservationActivated' as const, reservationId })),
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
