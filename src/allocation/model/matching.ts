import { assert } from '../../kernel/assert.js';
import type { ListingId, OrderId, OrganizationId, PoolId, ReservationId } from '../../kernel/ids.js';
import type { MicroUsd, UnitPrice } from '../../kernel/money.js';
import { quantity as toQuantity, type Quantity } from '../../kernel/quantity.js';
import {
  addOver,
  isZero,
  minimumOver,
  rectangle,
  segmentsOf,
  type StepFunction,
} from '../../kernel/step-function.js';
import type { Instant } from '../../kernel/time.js';
import { covers } from '../../kernel/window.js';
import { hasLots, largestLotsFirst, wholeLots } from './lot-size.rules.js';
import type { MarketEvent, OrderFilled } from './market.events.js';
import type { Listing, MarketState } from './market.state.js';
import type { PoolFacts } from './market.terms.js';
import { compareAsks } from './order-book.js';
import { closeOrder, inTurn, leastOf, priceOf, saleOf, totalOf, type Match, type Progress } from './match.js';
import { MatchRooms } from './match.rooms.js';
import { meets } from './order.constraints.js';
import { least, minus, providerRoom } from './order.limits.js';
import { askOf } from './order.evolve.js';
import type { Order } from './order.state.js';
import { amountOf, lotOf, poolOf } from './titles.js';
import { checkWindow } from './window.rules.js';

/**
 * Finds fills one after another, each seeing the ones before; the state stays as it is. Asks are taken
 * in their priority, cheaper first, then earlier. The price of a fill is that of the side which was
 * there first, but never above what the terms of a resale allow.
 */
export class Matching {
  readonly events: MarketEvent[] = [];
  private readonly offered = new Map<ListingId, StepFunction>();
  private readonly holdsEnded = new Map<ListingId, number>();
  /** What pools leave to buyers by events of the same decision. */
  readonly rooms: MatchRooms;
  private readonly titles = new Map<ReservationId, StepFunction>();
  private readonly orders = new Map<string, Progress>();
  /** Orders as a command brings or changes them, which the state does not know. */
  private readonly arrivals = new Map<OrderId, Order>();
  /** Holders whose part of a pool has become smaller. */
  private readonly resellers = new Set<OrganizationId>();
  /** Someone else's part may have been in everybody's way. */
  private isRoomForAll = false;

  /** `arriving` is an ask that is not in the state yet. */
  constructor(
    private readonly state: MarketState,
    private readonly now: Instant,
    private readonly arriving: Listing | null = null,
  ) {
    this.rooms = new MatchRooms(state, now);
  }

  /** What an ask offers, and by how much its holds change, by events of the same decision. */
  offers(listingId: ListingId, remaining: StepFunction, holds: number): void {
    this.offered.set(listingId, remaining);
    this.holdsEnded.set(listingId, (this.holdsEnded.get(listingId) ?? 0) + holds);
  }

  /** A buyer's part of a pool by events of the same decision. */
  holds(poolId: PoolId, holderId: OrganizationId, position: StepFunction): void {
    this.rooms.positions.set(poolId, holderId, position);
  }

  /** Title that a reservation has by events of the same decision. */
  owns(reservationId: ReservationId, title: StepFunction): void {
    this.titles.set(reservationId, title);
  }

  positionOf(poolId: PoolId, holderId: OrganizationId): StepFunction {
    return this.rooms.positions.of(poolId, holderId);
  }

  /** What of the order could be filled now, at most what is left of it. */
  fillable(order: Order): Quantity {
    return totalOf(this.matchesFor(order));
  }

  /**
   * Fills what can be filled of the orders, in their priority. Who resells by it holds less of a pool,
   * which may make room for bids: these take their turn again, until nothing moves any more.
   */
  serve(orders: readonly Order[]): void {
    for (const order of orders) {
      if (this.state.orders.get(order.orderId) !== order) this.arrivals.set(order.orderId, order);
    }
    let waiting = inTurn(orders);
    for (let place = 0; place < waiting.length; place += 1) {
      this.fill(waiting[place] as Order);
      const freed = this.takeFreed();
      if (freed.length === 0) continue;
      waiting = inTurn([...freed, ...waiting.slice(place + 1)]);
      place = -1;
    }
  }

  /**
   * Fills what can be filled of bids that an arriving ask may reach, given in their priority. Once
   * nothing of the ask is left, no other bid can be better off than before it came.
   */
  sell(arriving: Listing, bids: Generator<Order>): void {
    for (let next = bids.next(); next.done !== true; next = bids.next()) {
      this.fill(next.value);
      const freed = this.takeFreed();
      if (freed.length > 0) return this.serve([...freed, ...bids]);
      if (isZero(this.remainingIn(arriving))) return;
    }
  }

  /** Fills what sales that were not made here have made room for. */
  serveFreed(): void {
    this.serve(this.takeFreed());
  }

  /** Bids for which there may be room now that somebody has less of a pool. */
  private takeFreed(): readonly Order[] {
    if (this.resellers.size === 0) return [];
    const resellers = new Set(this.resellers);
    const isForAll = this.isRoomForAll;
    this.resellers.clear();
    this.isRoomForAll = false;
    const all = new Map([...this.state.orders, ...this.arrivals]).values();
    return [...all].filter(({ buyerId }) => isForAll || resellers.has(buyerId));
  }

  /** Fills what can be filled of the order, unless it is less than its minimum. */
  private fill(order: Order): void {
    const matches = this.matchesFor(order);
    if (totalOf(matches) < leastOf(order, this.progressOf(order))) return;
    for (const match of matches) this.trade(order, match, priceOf(this.state, order, match.listing));
    if (matches.length > 0 && this.remainingOf(order) === 0n) {
      this.events.push(closeOrder(order, 'filled', this.progressOf(order).spent));
    }
  }

  /** All that it has led to, and what the bids that rest now wait for. */
  outcome(): readonly MarketEvent[] {
    const awaited = this.rooms.awaited(
      (order) => order.expiresAt > this.now && this.remainingOf(order) > 0n,
    );
    return awaited.length === 0 ? this.events : [...this.events, ...awaited];
  }

  remainingOf(order: Order): Quantity {
    return this.progressOf(order).remaining;
  }

  spentOn(order: Order): MicroUsd {
    return this.progressOf(order).spent;
  }

  /** In price order; where lots then keep an order from its least, larger lots first: less is left over. */
  private matchesFor(order: Order): readonly Match[] {
    if (order.expiresAt <= this.now) return [];
    const matches = this.takeFrom(this.asksFor(order), order);
    const isEnough = totalOf(matches) >= leastOf(order, this.progressOf(order));
    if (isEnough || !hasLots(this.state)) return matches;
    const others = this.takeFrom(largestLotsFirst(this.state, this.asksFor(order)), order);
    return totalOf(others) > totalOf(matches) ? others : matches;
  }

  private takeFrom(asks: Iterable<Listing>, order: Order): readonly Match[] {
    this.rooms.looksAt(order);
    const { byProvider, remaining } = this.progressOf(order);
    const matches: Match[] = [];
    const taken = new Map<OrganizationId, bigint>(byProvider);
    const bought = new Map<PoolId, bigint>();
    let left: bigint = remaining;
    for (const listing of asks) {
      if (left === 0n) break;
      const facts = this.rooms.factsOf(listing.poolId);
      if (!this.isEligible(order, listing, facts)) continue;
      const { poolId, providerId } = facts;
      const wanted = least([
        ...[left, minimumOver(this.remainingIn(listing), order.window)],
        minus(providerRoom(order), taken.get(providerId)),
      ]);
      const may = this.rooms.limit(order, poolId, { wanted, bought: bought.get(poolId) });
      const quantity = wholeLots(may, facts.lotSize);
      if (quantity <= 0n) continue;
      matches.push({ listing, quantity: toQuantity(quantity) });
      left -= quantity;
      taken.set(providerId, (taken.get(providerId) ?? 0n) + quantity);
      bought.set(poolId, (bought.get(poolId) ?? 0n) + quantity);
    }
    return matches;
  }

  /** Asks that the order may reach, in their priority, the arriving one in its place. */
  private *asksFor({ window, limitPrice }: Order): Generator<Listing> {
    const { arriving } = this;
    const isWanted =
      arriving !== null && arriving.unitPrice <= limitPrice && covers(arriving.window, window);
    let next = isWanted ? arriving : null;
    for (const id of this.state.book.asksFor(window, limitPrice)) {
      const listing = this.state.listings.get(id);
      assert(listing !== undefined, `${id} is in the book and nowhere else`);
      if (next !== null && compareAsks(askOf(next), askOf(listing)) < 0) {
        yield next;
        next = null;
      }
      yield listing;
    }
    if (next !== null) yield next;
  }

  private isEligible(order: Order, listing: Listing, facts: PoolFacts): boolean {
    if (listing.sellerId === order.buyerId) return false;
    if (checkWindow(order.window, facts.grid, this.now) !== null) return false;
    return meets(order.constraints, facts.attributes, this.rooms.levelOf(facts.poolId));
  }

  private remainingIn({ listingId, remaining }: Listing): StepFunction {
    return this.offered.get(listingId) ?? remaining;
  }

  private holdsOn({ listingId, holds }: Listing): number {
    return holds + (this.holdsEnded.get(listingId) ?? 0);
  }

  private progressOf(order: Order): Progress {
    return this.orders.get(order.orderId) ?? order;
  }

  /** What a match at a price leads to; what was set aside for the order covers it. */
  trade(order: Order, { listing, quantity }: Match, unitPrice: UnitPrice): void {
    const progress = this.progressOf(order);
    const { window, buyerId, orderId } = order;
    const due = amountOf(unitPrice, quantity, window);
    const unspent = (order.reserved - progress.spent) as MicroUsd;
    // Each fill is rounded; together they never cost more than was set aside.
    const amount = due < unspent ? due : unspent;
    const remaining = addOver(this.remainingIn(listing), window, -quantity);
    const { listingId, poolId, sellerId, source, hops, termsVersion } = listing;
    const fills = progress.fills + 1;
    this.events.push({
      type: 'OrderFilled',
      reservationId: `${orderId}-${fills}` as ReservationId,
      ...{ orderId, listingId, poolId, sellerId, holderId: buyerId, source, window, quantity },
      ...{ unitPrice, amount, hops, termsVersion, filledAt: this.now, ...saleOf(this.state, listing) },
      entitlement: segmentsOf(rectangle(window, quantity)),
      sourceAfter: this.cutFrom(listing, order, quantity),
      listingRemaining: segmentsOf(remaining),
      orderRemaining: toQuantity(progress.remaining - quantity),
      orderSpent: (progress.spent + amount) as MicroUsd,
    });
    this.offered.set(listingId, remaining);
    this.holds(poolId, buyerId, addOver(this.positionOf(poolId, buyerId), window, quantity));
    if (source.kind === 'reservation') {
      this.holds(poolId, sellerId, addOver(this.positionOf(poolId, sellerId), window, -quantity));
      this.resold(this.rooms.factsOf(poolId), sellerId);
    }
    this.record(order, listing, { quantity, amount, fills });
    if (isZero(remaining) && this.holdsOn(listing) === 0) {
      this.events.push({ type: 'ListingClosed', listingId, reason: 'sold' });
    }
  }

  private resold({ buyerShareMax, setAside }: PoolFacts, sellerId: OrganizationId): void {
    if (buyerShareMax !== null || setAside !== null) this.resellers.add(sellerId);
    if (setAside !== null) this.isRoomForAll = true;
  }

  private record(
    order: Order,
    { poolId }: Listing,
    { quantity, amount, fills }: { quantity: Quantity; amount: MicroUsd; fills: number },
  ): void {
    const { remaining, spent, byProvider } = this.progressOf(order);
    const { providerId } = poolOf(this.state, poolId).facts;
    const taken = toQuantity((byProvider.get(providerId) ?? 0n) + quantity);
    this.orders.set(order.orderId, {
      remaining: toQuantity(remaining - quantity),
      spent: (spent + amount) as MicroUsd,
      fills,
      byProvider: new Map(byProvider).set(providerId, taken),
    });
  }

  /** What is left to the reservation that the ask was cut from. */
  private cutFrom(
    { poolId, source }: Listing,
    { window }: Order,
    quantity: Quantity,
  ): OrderFilled['sourceAfter'] {
    if (source.kind === 'pool') return null;
    const { reservationId } = source;
    const before = this.titles.get(reservationId) ?? lotOf(this.state, poolId, source).title;
    const after = addOver(before, window, -quantity);
    this.titles.set(reservationId, after);
    return { reservationId, entitlement: segmentsOf(after) };
  }
}
