import type { ListingId, OrderId, ReservationId } from '../../kernel/ids.js';
import type { MicroUsd, UnitPrice } from '../../kernel/money.js';
import { quantity as toQuantity, type Quantity } from '../../kernel/quantity.js';
import { SmallMap } from '../../kernel/small-map.js';
import {
  addOver,
  isZero,
  minimumOver,
  segmentsOf,
  type StepFunction,
} from '../../kernel/step-function.js';
import type { Instant } from '../../kernel/time.js';
import { hasLots, largestLotsFirst, wholeLots } from './lot-size.rules.js';
import type { MarketEvent, OrderFilled } from './market.events.js';
import type { Listing, MarketState } from './market.state.js';
import type { PoolFacts } from './market.terms.js';
import {
  closeOrder,
  filled,
  inTurn,
  leastOf,
  priceOf,
  purchaseOf,
  saleOf,
  totalOf,
  type Match,
  type Progress,
} from './match.js';
import { asksFor, isBefore } from './match.asks.js';
import { MatchRooms } from './match.rooms.js';
import { Taking } from './match.taking.js';
import { meets } from './order.constraints.js';
import { hasProviderLimit, plusOf } from './order.limits.js';
import type { Order } from './order.state.js';
import type { Sent } from './sent.js';
import { amountOf, lotOf, poolOf } from './titles.js';
import { checkWindow } from './window.rules.js';

interface Checked {
  readonly order: Order | null;
  readonly facts: PoolFacts | null;
  readonly isFit: boolean;
}

const NOTHING_CHECKED: Checked = { order: null, facts: null, isFit: false };

/**
 * Finds fills one after another, each seeing the ones before; the state stays as it is. Asks are taken
 * in their priority, cheaper first, then earlier. The price of a fill is that of the side which was
 * there first, but never above what the terms of a resale allow.
 */
export class Matching {
  readonly events: MarketEvent[] = [];
  private readonly offered = new SmallMap<ListingId, StepFunction>();
  private readonly holdsEnded = new SmallMap<ListingId, number>();
  /** What pools leave to buyers by events of the same decision. */
  readonly rooms: MatchRooms;
  private readonly titles = new SmallMap<ReservationId, StepFunction>();
  private readonly progress = new SmallMap<OrderId, Progress>();
  private checked: Checked = NOTHING_CHECKED;

  private readonly now: Instant;

  /** In their priority, asks that may offer more than the book knows. */
  private raised: readonly Listing[] = [];

  constructor(
    private readonly state: MarketState,
    private readonly sent: Sent,
  ) {
    this.now = sent.now;
    this.rooms = new MatchRooms(state, sent.now);
  }

  /** What an ask offers, and by how much its holds change, by events of the same decision. */
  offers(listing: Listing, remaining: StepFunction, holds: number): void {
    const { listingId } = listing;
    this.raises(listing);
    this.offered.set(listingId, remaining);
    this.holdsEnded.set(listingId, (this.holdsEnded.get(listingId) ?? 0) + holds);
  }

  /** An ask that is not in the book yet as the state has it, or not in the state either. */
  raises(listing: Listing): void {
    if (listing.auction !== null || this.raised.includes(listing)) return;
    this.raised = [...this.raised, listing].sort((a, b) => (isBefore(a, b) ? -1 : 1));
  }

  /** Title that a reservation has by events of the same decision. */
  owns(reservationId: ReservationId, title: StepFunction): void {
    this.titles.set(reservationId, title);
  }

  /** What of the order could be filled now, at most what is left of it. */
  fillable(order: Order): Quantity {
    return totalOf(this.matchesFor(order));
  }

  /** Fills what can be filled of the orders, in their priority: no sale makes room for anybody. */
  serve(orders: readonly Order[]): void {
    for (const order of inTurn(orders)) this.fill(order);
  }

  /**
   * Fills what can be filled of bids that an arriving ask may reach, given in their priority. Once
   * nothing of the ask is left, no other bid can be better off than before it came.
   */
  sell(arriving: Listing, bids: IterableIterator<Order>): void {
    for (let next = bids.next(); next.done !== true; next = bids.next()) {
      this.fill(next.value);
      if (isZero(this.remainingIn(arriving))) return;
    }
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
    if (!hasLots(this.state)) return matches;
    if (totalOf(matches) >= leastOf(order, this.progressOf(order))) return matches;
    const others = this.takeFrom(largestLotsFirst(this.state, this.asksFor(order)), order);
    return totalOf(others) > totalOf(matches) ? others : matches;
  }

  private asksFor(order: Order): Iterable<Listing> {
    return asksFor(this.state, order, this.raised);
  }

  private takeFrom(asks: Iterable<Listing>, order: Order): readonly Match[] {
    this.rooms.looksAt(order);
    const taking = new Taking(order, this.progressOf(order));
    const before = this.rooms.trial();
    for (const listing of asks) {
      if (taking.left === 0n) break;
      // Parts of many asks are sold: most of what covers a window offers nothing throughout it.
      const offered = minimumOver(this.remainingIn(listing), order.window);
      if (offered <= 0n || listing.sellerId === order.buyerId) continue;
      const { poolId } = listing;
      const facts = this.rooms.factsOf(poolId);
      if (!this.isFit(order, facts)) continue;
      const wanted = taking.wanted(offered, facts);
      const may = this.rooms.limit(order, listing, { wanted, before });
      const quantity = toQuantity(wholeLots(may, facts.lotSize));
      if (quantity <= 0n) continue;
      taking.take(listing, facts, quantity);
      this.rooms.buys(purchaseOf(order, listing, quantity), before);
    }
    return taking.matches;
  }

  /** Whether a pool is what the order wants; asks of one pool mostly follow one another. */
  private isFit(order: Order, facts: PoolFacts): boolean {
    if (this.checked.order !== order || this.checked.facts !== facts) {
      const isFit =
        checkWindow(order.window, facts.grid, this.now) === null &&
        meets(order.constraints, facts.attributes, this.rooms.levelOf(facts.poolId));
      this.checked = { order, facts, isFit };
    }
    return this.checked.isFit;
  }

  private remainingIn({ listingId, remaining }: Listing): StepFunction {
    return this.offered.get(listingId) ?? remaining;
  }

  private holdsOn({ listingId, holds }: Listing): number {
    return holds + (this.holdsEnded.get(listingId) ?? 0);
  }

  private progressOf(order: Order): Progress {
    return this.progress.get(order.orderId) ?? order;
  }

  /** What a match at a price leads to; what was set aside for the order covers it. */
  trade(order: Order, { listing, quantity }: Match, unitPrice: UnitPrice): void {
    const { listingId } = listing;
    const progress = this.progressOf(order);
    const due = amountOf(unitPrice, quantity, order.window);
    const unspent = (order.reserved - progress.spent) as MicroUsd;
    // Each fill is rounded; together they never cost more than was set aside.
    const amount = due < unspent ? due : unspent;
    const remaining = addOver(this.remainingIn(listing), order.window, -quantity);
    const after = this.progressAfter(order, listing, { quantity, amount });
    const sourceAfter = this.cutFrom(listing, order, quantity);
    const terms = saleOf(this.state, listing);
    const sale = { quantity, unitPrice, amount, remaining, after, sourceAfter, terms };
    this.events.push(filled(order, listing, sale, this.sent));
    this.offered.set(listingId, remaining);
    this.progress.set(order.orderId, after);
    this.rooms.buys(purchaseOf(order, listing, quantity));
    if (isZero(remaining) && this.holdsOn(listing) === 0) {
      this.events.push({ type: 'ListingClosed', listingId, reason: 'sold' });
    }
  }

  private progressAfter(
    order: Order,
    { poolId }: Listing,
    { quantity, amount }: { readonly quantity: Quantity; readonly amount: MicroUsd },
  ): Progress {
    const { remaining, spent, fills, byProvider } = this.progressOf(order);
    return {
      remaining: toQuantity(remaining - quantity),
      spent: (spent + amount) as MicroUsd,
      fills: fills + 1,
      byProvider: hasProviderLimit(order)
        ? plusOf(byProvider, poolOf(this.state, poolId).facts.providerId, quantity)
        : byProvider,
    };
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
