import { assertNever, present } from '../../kernel/assert.js';
import type { ListingId, ReservationId } from '../../kernel/ids.js';
import {
  add,
  addOver,
  fromSegments,
  rectangle,
  segmentsOf,
  ZERO,
} from '../../kernel/step-function.js';
import { countBeginning, countPurchase, countRelease, countReturn } from './counting.js';
import { listingReduced, poolCurtailed, rebookingSet, reservationCurtailed } from './curtailment.evolve.js';
import { idleReviewed, idleRuleSet } from './idle.evolve.js';
import type * as events from './market.events.js';
import type { HeldReservation, Listing, MarketState } from './market.state.js';
import { auctionBidPlaced, auctionBidWithdrawn } from './auction.evolve.js';
import {
  askOf,
  leave,
  orderAmended,
  orderClosed,
  orderFilled,
  orderPlaced,
  takeSequence,
} from './order.evolve.js';
import { commit, lotOf, ownedOf, poolOf } from './titles.js';
import { quoteClosed, quoteOpened } from './quote.evolve.js';
import { addReservation, removeReservation } from './reservation.cuts.js';
import { reservationTransferred, transferReturned } from './transfer.evolve.js';

/** Applies one event. Changes the given state in place and returns it. */
export function evolve(state: MarketState, event: events.MarketEvent): MarketState {
  switch (event.type) {
    case 'PoolOpened':
      return poolOpened(state, event);
    case 'PoolExtended':
      return poolExtended(state, event);
    case 'PoolTermsChanged':
      return poolTermsChanged(state, event);
    case 'PoolEvidenceRated':
      return poolEvidenceRated(state, event);
    case 'ListingCreated':
      return listingCreated(state, event);
    case 'ListingClosed':
      return listingClosed(state, event);
    case 'ReservationHeld':
      return reservationHeld(state, event);
    case 'HoldReleased':
      return holdReleased(state, event);
    case 'ReservationPaid':
      return reservationPaid(state, event);
    case 'ReservationActivated':
      return reservationActivated(state, event);
    case 'ReservationCompleted':
      return reservationCompleted(state, event);
    case 'ReservationCancelled':
      return reservationCancelled(state, event);
    case 'OrderPlaced':
      return orderPlaced(state, event);
    case 'OrderFilled':
      return orderFilled(state, event);
    case 'OrderAmended':
      return orderAmended(state, event);
    case 'OrderClosed':
      return orderClosed(state, event);
    case 'AuctionBidPlaced':
      return auctionBidPlaced(state, event);
    case 'AuctionBidWithdrawn':
      return auctionBidWithdrawn(state, event);
    case 'PoolCurtailed':
      return poolCurtailed(state, event);
    case 'ListingReduced':
      return listingReduced(state, event);
    case 'ReservationCurtailed':
      return reservationCurtailed(state, event);
    case 'ReservationTransferred':
      return reservationTransferred(state, event);
    case 'TransferReturned':
      return transferReturned(state, event);
    case 'IdleRuleSet':
      return idleRuleSet(state, event);
    case 'IdleReviewed':
      return idleReviewed(state, event);
    case 'QuoteOpened':
      return quoteOpened(state, event);
    case 'QuoteClosed':
      return quoteClosed(state, event);
    case 'ReleaseAwaited':
      poolOf(state, event.poolId).releaseAwaitedAt = event.releaseAt;
      return state;
    case 'RebookingSet':
      return rebookingSet(state, event);
    // What became of an order is told by its own events.
    case 'RebookingAttempted':
    // Told for the record: fills, and the ends of bids and listing, say what it changes.
    case 'AuctionCleared':
      return state;
    default:
      return assertNever(event);
  }
}

function poolOpened(state: MarketState, event: events.PoolOpened): MarketState {
  const { type: _type, nameplate: segments, ...rest } = event;
  const nameplate = fromSegments(segments);
  state.pools.set(event.poolId, {
    facts: { ...rest, nameplate },
    termsVersions: [rest.terms],
    root: { title: nameplate, committed: ZERO },
    finished: ZERO,
    curtailed: ZERO,
    positions: new Map(),
    shared: new Map(),
    evidence: { level: 'L1', change: 0 },
    releaseAwaitedAt: null,
  });
  return state;
}

function poolExtended(state: MarketState, event: events.PoolExtended): MarketState {
  const { poolId, revision, added } = event;
  const pool = poolOf(state, poolId);
  const extension = fromSegments(added);
  pool.facts = { ...pool.facts, revision, nameplate: add(pool.facts.nameplate, extension) };
  pool.root.title = add(pool.root.title, extension);
  return state;
}

function poolTermsChanged(state: MarketState, event: events.PoolTermsChanged): MarketState {
  const pool = poolOf(state, event.poolId);
  const { revision, terms, buyerShareMax, setAside } = event;
  pool.facts = { ...pool.facts, revision, terms, buyerShareMax, setAside };
  pool.termsVersions = [...pool.termsVersions, terms];
  return state;
}

function poolEvidenceRated(
  state: MarketState,
  { poolId, level, change }: events.PoolEvidenceRated,
): MarketState {
  poolOf(state, poolId).evidence = { level, change };
  return state;
}

function listingCreated(state: MarketState, event: events.ListingCreated): MarketState {
  const { poolId, source, window, quantity } = event;
  commit(lotOf(state, poolId, source), window, quantity);
  const listing = listingOf(event, takeSequence(state));
  state.listings.set(event.listingId, listing);
  if (listing.auction === null) state.book.addAsk(askOf(listing));
  return state;
}

/** What an event brings into the market for sale. */
export function listingOf(event: events.ListingCreated, sequence: number): Listing {
  const { auction: period } = event;
  return {
    listingId: event.listingId,
    poolId: event.poolId,
    sellerId: event.sellerId,
    source: event.source,
    window: event.window,
    quantity: event.quantity,
    unitPrice: event.unitPrice,
    hops: event.hops,
    termsVersion: event.termsVersion,
    auction: period === null ? null : { ...period, bidsOf: new Map() },
    sequence,
    remaining: rectangle(event.window, event.quantity),
    holds: 0,
  };
}

function listingClosed(state: MarketState, { listingId }: events.ListingClosed): MarketState {
  const listing = present(state.listings.get(listingId), `listing ${listingId}`);
  const lot = lotOf(state, listing.poolId, listing.source);
  for (const { window, value } of segmentsOf(listing.remaining)) commit(lot, window, -value);
  state.listings.delete(listingId);
  if (listing.auction === null) state.book.removeAsk(askOf(listing));
  return state;
}

function reservationHeld(state: MarketState, event: events.ReservationHeld): MarketState {
  const { type: _type, listingRemaining, heldAt: _heldAt, ...held } = event;
  addReservation(state, { ...held, orderId: null, status: 'held' });
  countPurchase(state, poolOf(state, event.poolId), event);
  changeOffer(state, event.listingId, 1, listingRemaining);
  return state;
}

function holdReleased(state: MarketState, event: events.HoldReleased): MarketState {
  const held = heldOf(state, event.reservationId);
  const { poolId, source, window, quantity } = held;
  countRelease(state, poolOf(state, poolId), held);
  if (event.listingRemaining === null) commit(lotOf(state, poolId, source), window, -quantity);
  else changeOffer(state, event.listingId, -1, event.listingRemaining);
  removeReservation(state, held);
  return state;
}

/** What it is for counts as it did since it was held. */
function reservationPaid(state: MarketState, event: events.ReservationPaid): MarketState {
  const { expiresAt: _expiresAt, status: _status, ...held } = heldOf(state, event.reservationId);
  const { poolId, source, window, quantity } = held;
  const lot = lotOf(state, poolId, source);
  lot.title = addOver(lot.title, window, -quantity);
  commit(lot, window, -quantity);
  const listing = state.listings.get(held.listingId);
  if (listing !== undefined) listing.holds -= 1;
  state.reservations.set(event.reservationId, {
    ...held,
    status: 'scheduled',
    paidAt: event.paidAt,
    lot: { title: rectangle(window, quantity), committed: ZERO },
    lost: ZERO,
    rebooking: null,
    idle: null,
    teamId: null,
  });
  return state;
}

function reservationActivated(
  state: MarketState,
  { reservationId }: events.ReservationActivated,
): MarketState {
  const owned = ownedOf(state, reservationId);
  countBeginning(state, poolOf(state, owned.poolId), owned);
  state.reservations.set(reservationId, { ...owned, status: 'active' });
  return state;
}

function reservationCompleted(
  state: MarketState,
  { reservationId }: events.ReservationCompleted,
): MarketState {
  const owned = ownedOf(state, reservationId);
  const pool = poolOf(state, owned.poolId);
  pool.finished = add(pool.finished, owned.lot.title);
  removeReservation(state, owned);
  return state;
}

/** What comes back is what was left of it; where its listing is open, for sale again. */
function reservationCancelled(
  state: MarketState,
  { reservationId, relisted }: events.ReservationCancelled,
): MarketState {
  const owned = ownedOf(state, reservationId);
  const { poolId, source, lot: given } = owned;
  countReturn(state, poolOf(state, poolId), owned);
  const lot = lotOf(state, poolId, source);
  lot.title = add(lot.title, given.title);
  for (const { window, value } of relisted === null ? [] : segmentsOf(given.title)) {
    commit(lot, window, value);
  }
  if (relisted !== null) changeOffer(state, relisted.listingId, 0, relisted.listingRemaining);
  removeReservation(state, owned);
  return state;
}

export function changeOffer(
  state: MarketState,
  listingId: ListingId,
  holds: 1 | 0 | -1,
  remaining: events.ReservationHeld['listingRemaining'],
): void {
  const listing = present(state.listings.get(listingId), `listing ${listingId}`);
  leave(state, listing, fromSegments(remaining));
  listing.holds += holds;
}

function heldOf(state: MarketState, reservationId: ReservationId): HeldReservation {
  const reservation = present(state.reservations.get(reservationId), `hold ${reservationId}`);
  if (reservation.status !== 'held') throw new Error(`${reservationId} is ${reservation.status}`);
  return reservation;
}
