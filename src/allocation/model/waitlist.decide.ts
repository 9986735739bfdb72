import type { ListingId, OrganizationId, PoolId } from '../../kernel/ids.js';
import { present } from '../../kernel/assert.js';
import {
  add,
  addOver,
  fromSegments,
  subtract,
} from '../../kernel/step-function.js';
import type { Instant } from '../../kernel/time.js';
import type { EndedHold } from './hold.endings.js';
import type { MarketEvent } from './market.events.js';
import type { HeldReservation, Listing, MarketState, OwnedReservation } from './market.state.js';
import type { PoolFacts } from './market.terms.js';
import { Matching } from './matching.js';
import type { Order } from './order.state.js';
import { lotOf, poolOf } from './titles.js';

/** A holder's part of a pool. */
type Part = Pick<HeldReservation, 'poolId' | 'holderId' | 'window' | 'quantity'>;

/** Resting bids that an ask may fill, in their priority. */
export function* waitlistFor(
  state: MarketState,
  { window, unitPrice }: Listing,
): Generator<Order> {
  for (const id of state.book.bidsFor(window, unitPrice)) {
    yield present(state.orders.get(id), `order ${id}`);
  }
}

/** Fills from what holds that ended give back: to asks, and to their holders' shares of pools. */
export function afterHolds(
  state: MarketState,
  now: Instant,
  ended: readonly EndedHold[],
): readonly MarketEvent[] {
  const matching = new Matching(state, now);
  serveAfterHolds(matching, state, ended);
  return matching.events;
}

/** The same as part of a decision in which more follows. */
export function serveAfterHolds(
  matching: Matching,
  state: MarketState,
  ended: readonly EndedHold[],
): void {
  const listings = new Map<ListingId, Listing>();
  for (const { hold, event } of ended) {
    giveBack(matching, hold);
    const listing = state.listings.get(event.listingId);
    if (listing === undefined || event.listingRemaining === null) continue;
    matching.offers(event.listingId, fromSegments(event.listingRemaining), -1);
    listings.set(event.listingId, listing);
  }
  const buyers = limited(state, ended.map(({ hold }) => hold));
  matching.serve([
    ...[...listings.values()].flatMap((listing) => [...waitlistFor(state, listing)]),
    ...ordersOf(state, buyers),
  ]);
}

/** Fills that a pool's cap left no room for until its holder held less: gave back, or resold. */
export function serveAfterLess(
  matching: Matching,
  state: MarketState,
  less: readonly Part[],
): void {
  for (const part of less) giveBack(matching, part);
  matching.serve(ordersOf(state, limited(state, less)));
}

/** Fills from what a reservation that is given back brings to its listing, and to its holder's share. */
export function afterCancellation(
  state: MarketState,
  now: Instant,
  { poolId, holderId, sellerId, source, listingId, lot: { title } }: OwnedReservation,
): readonly MarketEvent[] {
  const matching = new Matching(state, now);
  matching.holds(poolId, holderId, subtract(matching.positionOf(poolId, holderId), title));
  if (source.kind === 'reservation') {
    matching.holds(poolId, sellerId, add(matching.positionOf(poolId, sellerId), title));
    matching.owns(source.reservationId, add(lotOf(state, poolId, source).title, title));
  }
  const listing = state.listings.get(listingId);
  const bids = listing === undefined ? [] : waitlistFor(state, listing);
  if (listing !== undefined) matching.offers(listingId, add(listing.remaining, title), 0);
  matching.serve([...bids, ...ordersOf(state, limited(state, [{ poolId, holderId }]))]);
  return matching.events;
}

/**
 * Fills from what a curtailment gives back: rests of holds that ended, and room under a pool's cap.
 *
 * @param draft the market as it is after the curtailment
 */
export function afterCurtailment(
  draft: MarketState,
  now: Instant,
  poolId: PoolId,
  curtailed: readonly MarketEvent[],
): readonly MarketEvent[] {
  const matching = new Matching(draft, now);
  const ended = curtailed.flatMap((event) => (event.type === 'HoldReleased' ? [event] : []));
  const listings = new Set(ended.map(({ listingId }) => listingId));
  const open = [...listings].flatMap((id) => draft.listings.get(id) ?? []);
  const everybody = [...draft.orders.values()].map(({ buyerId: holderId }) => ({ poolId, holderId }));
  const buyers = limited(draft, everybody);
  matching.serve([
    ...open.flatMap((listing) => [...waitlistFor(draft, listing)]),
    ...ordersOf(draft, buyers),
  ]);
  return matching.events;
}

/** Fills that a pool's cap on one buyer's share did not allow until it changed. */
export function afterShareChange(
  state: MarketState,
  now: Instant,
  facts: PoolFacts,
): readonly MarketEvent[] {
  if (poolOf(state, facts.poolId).facts.buyerShareMax === null) return [];
  const matching = new Matching(state, now);
  matching.changes(facts);
  matching.serve([...state.orders.values()]);
  return matching.events;
}

function giveBack(matching: Matching, { poolId, holderId, window, quantity }: Part): void {
  const before = matching.positionOf(poolId, holderId);
  matching.holds(poolId, holderId, addOver(before, window, -quantity));
}

/** Holders whose bids a pool's cap may have kept waiting; where there is none, nobody's. */
function limited(
  state: MarketState,
  parts: readonly Pick<Part, 'poolId' | 'holderId'>[],
): ReadonlySet<OrganizationId> {
  const capped = parts.filter(({ poolId }) => poolOf(state, poolId).facts.buyerShareMax !== null);
  return new Set(capped.map(({ holderId }) => holderId));
}

function ordersOf(state: MarketState, buyers: ReadonlySet<OrganizationId>): readonly Order[] {
  if (buyers.size === 0) return [];
  return [...state.orders.values()].filter(({ buyerId }) => buyers.has(buyerId));
}
