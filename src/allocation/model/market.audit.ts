import { assert } from '../../kernel/assert.js';
import type { OrganizationId, PoolId } from '../../kernel/ids.js';
import {
  add,
  assertCanonical,
  equals,
  isNonNegative,
  rectangle,
  subtract,
  ZERO,
  type StepFunction,
} from '../../kernel/step-function.js';
import { countPurchase, countTitle, type Shared } from './counting.js';
import type { Lot, MarketState, PoolState, Source } from './market.state.js';
import { compareBids, compareOffers, offersOf, type Bid, type Offer } from './order-book.js';
import { askOf, bidOf } from './order.evolve.js';
import { titlesOf } from './titles.js';

/**
 * Recomputes from the orders alone what the state keeps in sums, and checks I1 and I2 at every
 * instant. Throws at the first lie; for tests, simulation and `verify`.
 */
export function auditMarket(state: MarketState): void {
  for (const [poolId, pool] of state.pools) {
    const titles = [...titlesOf(state, poolId).values()];
    const whole = titles.reduce(add, pool.finished);
    assert(equals(whole, pool.facts.nameplate), `I1: titles of ${poolId} are not its nameplate`);
    titles.forEach((title) => assert(isNonNegative(title), `I1: negative title in ${poolId}`));
    auditLot(state, poolId, { kind: 'pool' }, pool.root);
    auditPositions(state, poolId, pool);
  }
  auditOrders(state);
  auditAuctions(state);
  auditQuotes(state);
  for (const { reservationId, poolId, ...reservation } of state.reservations.values()) {
    if (reservation.status === 'held') continue;
    auditLot(state, poolId, { kind: 'reservation', reservationId }, reservation.lot);
  }
}

/** What is in the book is what the orders say, and none has spent more than was set aside. */
function auditOrders({ orders, sealedBids, listings, book, nextSequence }: MarketState): void {
  for (const order of [...orders.values(), ...sealedBids.values()]) {
    const { orderId, remaining, quantity, spent, reserved, sequence } = order;
    assert(remaining > 0n && remaining <= quantity, `${orderId} rests with ${remaining} left`);
    assert(spent <= reserved, `I3: ${orderId} has cost ${spent} of ${reserved}`);
    assert(sequence < nextSequence, `${orderId} has a place that is not given yet`);
  }
  const bids = [...orders.values()].map(bidOf).sort(compareBids);
  assert(isSameOrder(book.bids(), bids), 'I4: the bids of the book are not the orders');
  const fixed = [...listings.values()].filter(({ auction }) => auction === null);
  const offers = fixed.map(askOf).flatMap(offersOf).sort(compareOffers);
  assert(isSameOrder(book.asks(), offers), 'I4: the asks of the book are not what listings have left');
}

/** Every sealed bid is for an auction that is open, and counted there. */
function auditAuctions({ sealedBids, listings }: MarketState): void {
  const found = [...sealedBids.values()].map(({ auctionId, buyerId }) => `${auctionId} ${buyerId}`);
  const counted = [...listings.values()].flatMap(({ listingId, auction }) =>
    [...(auction?.bidsOf ?? [])].flatMap(([buyerId, bids]) =>
      Array.from({ length: bids }, () => `${listingId} ${buyerId}`),
    ),
  );
  const isSame = found.sort().join() === counted.sort().join();
  assert(isSame, 'the sealed bids are not those that auctions count');
}

/** Everything of an open quote is held for it, and costs what was quoted. */
function auditQuotes({ quotes, reservations }: MarketState): void {
  for (const { quoteId, fills, quantity, amount } of quotes.values()) {
    const holds = fills.flatMap(({ reservationId }) => reservations.get(reservationId) ?? []);
    const theirs = holds.filter((one) => one.status === 'held' && one.quoteId === quoteId);
    const held = theirs.reduce((sum, one) => sum + one.quantity, 0n);
    assert(held === quantity, `${quoteId} is for ${quantity}, and ${held} is held`);
    const due = theirs.reduce((sum, one) => sum + one.amount, 0n);
    assert(due === amount, `I3: ${quoteId} says ${amount}, and its holds cost ${due}`);
  }
}

/** The same entries for the same windows, one after another. */
const isSameOrder = (found: readonly (Bid | Offer)[], expected: readonly (Bid | Offer)[]): boolean =>
  found.length === expected.length &&
  found.every(({ id, window: { start, end } }, index) => {
    const other = expected[index];
    return id === other?.id && start === other.window.start && end === other.window.end;
  });

function auditLot(state: MarketState, poolId: PoolId, source: Source, lot: Lot): void {
  const name = source.kind === 'pool' ? poolId : source.reservationId;
  assertCanonical(lot.title);
  assertCanonical(lot.committed);
  assert(isNonNegative(subtract(lot.title, lot.committed)), `I2: ${name} is oversold`);
  const expected = committedFrom(state, poolId, source);
  assert(equals(lot.committed, expected), `I2: ${name} commits other than its orders say`);
}

function isSame(a: Source, b: Source): boolean {
  if (a.kind === 'pool' || b.kind === 'pool') return a.kind === b.kind;
  return a.reservationId === b.reservationId;
}

function committedFrom(state: MarketState, poolId: PoolId, source: Source): StepFunction {
  const offered = [...state.listings.values()]
    .filter((listing) => listing.poolId === poolId && isSame(listing.source, source))
    .map(({ remaining }) => remaining);
  const held = [...state.reservations.values()]
    .filter((one) => one.status === 'held' && one.poolId === poolId && isSame(one.source, source))
    .map(({ window, quantity }) => rectangle(window, quantity));
  return [...offered, ...held].reduce(add, ZERO);
}

/**
 * A position counts what the holder has, holds and may get back, and keeps what finished: never less than
 * that. What counts for several at once has not begun, and is exactly that.
 */
function auditPositions(state: MarketState, poolId: PoolId, pool: PoolState): void {
  const expected = countsFrom(state, poolId);
  for (const [holderId, position] of pool.positions) {
    const finished = subtract(position, expected.positions.get(holderId) ?? ZERO);
    assert(isNonNegative(finished), `position of a holder in ${poolId} is below its title`);
    expected.positions.delete(holderId);
  }
  assert(expected.positions.size === 0, `a holder in ${poolId} has no position`);
  assert(expected.shared.size === pool.shared.size, `in ${poolId} others share than should`);
  for (const [key, { amount }] of pool.shared) {
    const isShared = equals(amount, expected.shared.get(key)?.amount ?? ZERO);
    assert(isShared, `in ${poolId} something else is shared than should be`);
  }
}

function countsFrom(state: MarketState, poolId: PoolId): Pick<PoolState, 'positions' | 'shared'> {
  const counts = { positions: new Map<OrganizationId, StepFunction>(), shared: new Map<string, Shared>() };
  for (const one of state.reservations.values()) {
    if (one.poolId !== poolId) continue;
    if (one.status === 'held') countPurchase(state, counts, one);
    else countTitle(state, counts, one);
  }
  return counts;
}
