import type { ExtendReservation, HoldPackage, HoldReservation, MarketCommand } from '../../src/allocation/model/market.commands.js';
import type { MarketEvent, ReservationHeld } from '../../src/allocation/model/market.events.js';
import type { Listing, MarketState } from '../../src/allocation/model/market.state.js';
import type { Order } from '../../src/allocation/model/order.state.js';
import type { Decision } from '../../src/kernel/decider.js';
import { fromSegments, valueAt } from '../../src/kernel/step-function.js';
import { HOUR_MS, type Instant } from '../../src/kernel/time.js';
import type { MarketRejection } from '../../src/allocation/model/market.rejections.js';
import { halfEven, least, NaiveMatcher, type Finished, type NaiveFill } from './naive-matcher.js';

/** A market, and what was delivered of it: the state does not say to whom. */
export interface Seen {
  readonly market: MarketState;
  readonly finished: readonly Finished[];
}

type Decided = Decision<MarketEvent, MarketRejection>;
type Hold = Pick<HoldReservation, 'listingId' | 'window' | 'quantity'>;

/** The first hold of several that cannot be made once those before it are; each code is one reason, or several alike. */
interface Refused {
  readonly index: number;
  readonly code: string;
}

const ROOM = 'BUYER_SHARE_EXCEEDED or SET_ASIDE_FOR_SMALL_BUYERS';
const nameOf = (code: string): string =>
  code === 'BUYER_SHARE_EXCEEDED' || code === 'SET_ASIDE_FOR_SMALL_BUYERS' ? ROOM : code;

/** The obvious way to hold: cell by cell, what is left after those before. */
export class NaiveHolds {
  private readonly matcher: NaiveMatcher;

  constructor(
    private readonly market: MarketState,
    private readonly now: Instant,
    finished: readonly Finished[],
  ) {
    this.matcher = new NaiveMatcher(market, now, { finished });
  }

  refusalOf(buyerId: HoldReservation['buyerId'], holds: readonly Hold[]): Refused | null {
    const taken: NaiveFill[] = [];
    for (const [index, hold] of holds.entries()) {
      const ask = this.market.listings.get(hold.listingId);
      if (ask === undefined) return { index, code: 'LISTING_NOT_FOUND' };
      const bid = { orderId: `hold ${index}`, buyerId, ...hold } as unknown as Order;
      const code = this.whyNot(bid, ask, taken);
      if (code !== null) return { index, code };
      taken.push({ bid, ask, quantity: hold.quantity, ...costOf(ask, hold) });
    }
    return null;
  }

  private whyNot(bid: Order, ask: Listing, taken: readonly NaiveFill[]): string | null {
    const { window, quantity, buyerId } = bid;
    if (ask.sellerId === buyerId) return 'SELF_TRADE';
    if (ask.auction !== null) return 'WRONG_LISTING_KIND';
    const { grid, lotSize } = this.market.pools.get(ask.poolId)!.facts;
    const left = least(this.matcher.instantsOf(window).map((at) => valueAt(ask.remaining, at) - takenAt(taken, ask, at)));
    if (quantity % lotSize !== 0n && quantity !== left) return 'OFF_LOT';
    if (window.start % grid !== 0 || window.end % grid !== 0) return 'OFF_GRID';
    if (window.start + grid <= this.now) return 'WINDOW_IN_PAST';
    if (window.start < ask.window.start || window.end > ask.window.end) return 'OUTSIDE_OFFER';
    if (left < quantity) return 'CAPACITY_EXHAUSTED';
    return this.matcher.roomFor(bid, ask, taken) < quantity ? ROOM : null;
  }

  /** In every cell the cheapest that others offer, in whole lots; null where that is too little. */
  cheapest({ reservationId, until, unitPriceMax }: ExtendReservation): readonly (Hold & { readonly listing: Listing })[] | null {
    const one = this.market.reservations.get(reservationId)!;
    const { grid, lotSize } = this.market.pools.get(one.poolId)!.facts;
    const asks = [...this.market.listings.values()]
      .filter(({ poolId, sellerId, auction }) => poolId === one.poolId && sellerId !== one.holderId && auction === null)
      .filter(({ unitPrice }) => unitPrice <= unitPriceMax)
      .sort((a, b) => Number(a.unitPrice - b.unitPrice) || a.sequence - b.sequence);
    const parts: (Hold & { readonly listing: Listing })[] = [];
    for (let at = one.window.end; at < until; at = (at + grid) as Instant) {
      let left = one.quantity as bigint;
      for (const listing of asks) {
        const offered = valueAt(listing.remaining, at);
        const quantity = least([left, offered - (offered % lotSize)]) as Hold['quantity'];
        const window = { start: at, end: (at + grid) as Instant };
        if (quantity > 0n) parts.push({ listing, listingId: listing.listingId, window, quantity });
        left -= quantity;
      }
      if (left > 0n) return null;
    }
    return parts;
  }
}

const isIn = ({ start, end }: Hold['window'], at: Instant): boolean => start <= at && at < end;

const takenAt = (taken: readonly NaiveFill[], { listingId }: Listing, at: Instant): bigint =>
  taken
    .filter(({ ask, bid }) => ask.listingId === listingId && isIn(bid.window, at))
    .reduce((sum, { quantity }) => sum + quantity, 0n);

const costOf = ({ unitPrice }: Listing, { window, quantity }: Hold): Pick<NaiveFill, 'unitPrice' | 'amount'> => ({
  unitPrice,
  amount: halfEven(unitPrice * quantity * BigInt(window.end - window.start)),
});

const heldBy = (events: readonly MarketEvent[]): readonly ReservationHeld[] =>
  events.filter((event): event is ReservationHeld => event.type === 'ReservationHeld');

/** Holds the decision on one hold or several against the obvious one. */
export function checkHolds(
  command: HoldReservation | HoldPackage,
  decision: Decided,
  { market, finished }: Seen,
): void {
  const { buyerId, now, holdFor } = command;
  const holds = command.type === 'HoldPackage' ? command.holds : [command];
  const refused = new NaiveHolds(market, now, finished).refusalOf(buyerId, holds);
  if (!decision.accepted) {
    const { rejection } = decision;
    const [index, code] = rejection.code === 'PACKAGE_REFUSED' ? [rejection.index, rejection.reason.code] : [0, rejection.code];
    expect({ index, code: nameOf(code) }).toEqual(refused);
    return;
  }
  expect(refused).toBeNull();
  // All of it, in the order in which it was asked for, and nothing else.
  expect(heldBy(decision.events)).toHaveLength(decision.events.length);
  const told = heldBy(decision.events).map(({ reservationId, listingId, holderId, window, quantity, amount, expiresAt }) => ({
    ...{ reservationId, listingId, holderId, window, quantity, amount, expiresAt },
  }));
  const wanted = holds.map(({ reservationId, listingId, window, quantity }) => ({
    ...{ reservationId, listingId, holderId: buyerId, window, quantity },
    amount: costOf(market.listings.get(listingId)!, { listingId, window, quantity }).amount,
    expiresAt: Math.min(now + holdFor, window.end),
  }));
  expect(told).toEqual(wanted);
}

/** Why a reservation cannot be made longer, whatever is offered; null where that depends on offers. */
function misfitOf(command: ExtendReservation, market: MarketState): string | null {
  const one = market.reservations.get(command.reservationId);
  if (one?.holderId !== command.holderId) return 'RESERVATION_NOT_FOUND';
  if (one.status === 'held') return 'WRONG_STATE';
  const { grid, lotSize } = market.pools.get(one.poolId)!.facts;
  if (one.quantity % lotSize !== 0n) return 'OFF_LOT';
  if (command.until <= one.window.end || command.until % grid !== 0 || one.window.end % grid !== 0) return 'OFF_GRID';
  return one.window.end + grid <= command.now ? 'WINDOW_IN_PAST' : null;
}

/** Holds the decision to make a reservation longer against the obvious one. */
export function checkExtension(command: ExtendReservation, decision: Decided, { market, finished }: Seen): void {
  const misfit = misfitOf(command, market);
  if (misfit !== null) return expect(decision).toMatchObject({ accepted: false, rejection: { code: misfit } });
  const naive = new NaiveHolds(market, command.now, finished);
  const parts = naive.cheapest(command);
  const isRoomLeft = parts !== null && naive.refusalOf(command.holderId, parts) === null;
  if (!decision.accepted) {
    // What is not there, and what may not be had, are told by other words.
    expect(isRoomLeft).toBe(false);
    const { code } = decision.rejection;
    if (parts !== null) return expect(nameOf(code)).toBe(ROOM);
    return expect(['NOT_EXTENDABLE', ROOM]).toContain(nameOf(code));
  }
  expect(isRoomLeft).toBe(true);
  const holds = heldBy(decision.events);
  expect(holds).toHaveLength(decision.events.length);
  expect(naive.refusalOf(command.holderId, holds)).toBeNull();
  // Cell by cell the same of each listing.
  const told = new Map<string, bigint>();
  for (const { listingId, window, quantity } of holds) {
    for (let at = window.start as number; at < window.end; at += HOUR_MS / 4) add(told, `${listingId} ${at}`, quantity);
  }
  const wanted = new Map<string, bigint>();
  for (const { listingId, window, quantity } of parts ?? []) {
    for (let at = window.start as number; at < window.end; at += HOUR_MS / 4) add(wanted, `${listingId} ${at}`, quantity);
  }
  expect(told).toEqual(wanted);
}

const add = (sums: Map<string, bigint>, key: string, quantity: bigint): unknown => sums.set(key, (sums.get(key) ?? 0n) + quantity);

/** What is left of a listing is what was left less what is held now. */
export function checkLeft(command: MarketCommand, events: readonly MarketEvent[], market: MarketState): void {
  const left = new Map<string, readonly bigint[]>();
  const matcher = new NaiveMatcher(market, command.now);
  for (const { listingId, window, quantity, listingRemaining } of heldBy(events)) {
    const listing = market.listings.get(listingId)!;
    const cells = matcher.instantsOf(listing.window);
    const before = left.get(listingId) ?? cells.map((at) => valueAt(listing.remaining, at));
    const after = before.map((value, cell) => (isIn(window, cells[cell]!) ? value - quantity : value));
    const told = fromSegments(listingRemaining);
    expect(cells.map((at) => valueAt(told, at))).toEqual(after);
    left.set(listingId, after);
  }
}
