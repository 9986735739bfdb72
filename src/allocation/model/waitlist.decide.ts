import type { ListingId, OrganizationId, PoolId } from '../../kernel/ids.js';
import { present } from '../../kernel/assert.js';
import { Selection } from '../../kernel/selection.js';
import { add, fromSegments } from '../../kernel/step-function.js';
import type { EndedHold } from './hold.endings.js';
import type { MarketEvent } from './market.events.js';
import type { Listing, MarketState, OwnedReservation } from './market.state.js';
import type { PoolFacts } from './market.terms.js';
import type { Part } from './match.rooms.js';
import { Matching } from './matching.js';
import type { Order } from './order.state.js';
import type { Sent } from './sent.js';
import { lotOf, poolOf } from './titles.js';

/** Resting bids that an ask may fill, in their priority. */
export function waitlistFor(
  state: MarketState,
  { window, unitPrice }: Listing,
): IterableIterator<Order> {
  const ids = state.book.bidsFor(window, unitPrice);
  return new Selection(ids, (id) => present(state.orders.get(id), 'what is in the book'));
}

/** Fills from what holds that ended give back: to asks, and to their holders' room in pools. */
export function afterHolds(
  state: MarketState,
  sent: Sent,
  ended: readonly EndedHold[],
): readonly MarketEvent[] {
  const matching = new Matching(state, sent);
  serveAfterHolds(matching, state, ended);
  return matching.outcome();
}

/** The same as part of a decision in which more follows, and others may be served as well. */
export function serveAfterHolds(
  matching: Matching,
  state: MarketState,
  ended: readonly EndedHold[],
  others: readonly Order[] = [],
): void {
  const listings = new Map<ListingId, Listing>();
  for (const { hold, event } of ended) {
    matching.rooms.ends(hold);
    const listing = state.listings.get(event.listingId);
    if (listing === undefined || event.listingRemaining === null) continue;
    matching.offers(listing, fromSegments(event.listingRemaining), -1);
    listings.set(event.listingId, listing);
  }
  matching.serve([
    ...[...listings.values()].flatMap((listing) => [...waitlistFor(state, listing)]),
    ...limited(state, ended.map(({ hold }) => hold)),
    ...others,
  ]);
}

/** Fills from what a reservation that is given back brings to its listing, and from its holder's room. */
export function afterCancellation(
  state: MarketState,
  sent: Sent,
  reservation: OwnedReservation,
): readonly MarketEvent[] {
  const { poolId, holderId, source, listingId, lot } = reservation;
  const { title } = lot;
  const matching = new Matching(state, sent);
  matching.rooms.returns(reservation);
  if (source.kind === 'reservation') {
    matching.owns(source.reservationId, add(lotOf(state, poolId, source).title, title));
  }
  const listing = state.listings.get(listingId);
  const bids = listing === undefined ? [] : waitlistFor(state, listing);
  if (listing !== undefined) matching.offers(listing, add(listing.remaining, title), 0);
  matching.serve([...bids, ...limited(state, [{ poolId, holderId }])]);
  return matching.outcome();
}

/**
 * Fills from what a curtailment gives back: rests of holds that ended, and room under a pool's rules.
 *
 * @param draft the market as it is after the curtailment
 */
export function afterCurtailment(
  draft: MarketState,
  sent: Sent,
  poolId: PoolId,
  curtailed: readonly MarketEvent[],
): readonly MarketEvent[] {
  const matching = new Matching(draft, sent);
  const ended = curtailed.flatMap((event) => (event.type === 'HoldReleased' ? [event] : []));
  const listings = new Set(ended.map(({ listingId }) => listingId));
  const open = [...listings].flatMap((id) => draft.listings.get(id) ?? []);
  for (const listing of open) matching.raises(listing);
  const everybody = [...draft.orders.values()].map(({ buyerId: holderId }) => ({ poolId, holderId }));
  matching.serve([
    ...open.flatMap((listing) => [...waitlistFor(draft, listing)]),
    ...limited(draft, everybody),
  ]);
  return matching.outcome();
}

/** Fills that a pool's rules over its buyers did not allow until they changed. */
export function afterRuleChange(
  state: MarketState,
  sent: Sent,
  facts: PoolFacts,
): readonly MarketEvent[] {
  const { buyerShareMax, setAside } = poolOf(state, facts.poolId).facts;
  const matching = new Matching(state, sent);
  matching.rooms.changes(facts);
  if (buyerShareMax !== null || setAside !== null) matching.serve([...state.orders.values()]);
  return matching.outcome();
}

/**
 * Bids that these parts may have kept waiting: a cap their holders' own, and a set-aside anybody's,
 * because it is about what all large buyers hold together.
 */
export function limited(state: MarketState, parts: readonly Part[]): readonly Order[] {
  const buyers = new Set<OrganizationId>();
  for (const { poolId, holderId } of parts) {
    const { buyerShareMax, setAside } = poolOf(state, poolId).facts;
    if (setAside !== null) return [...state.orders.values()];
    if (buyerShareMax !== null) buyers.add(holderId);
  }
  if (buyers.size === 0) return [];
  return [...state.orders.values()].filter(({ buyerId }) => buyers.has(buyerId));
}
