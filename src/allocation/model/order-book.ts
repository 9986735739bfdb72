import { assert } from '../../kernel/assert.js';
import type { ListingId, OrderId } from '../../kernel/ids.js';
import type { UnitPrice } from '../../kernel/money.js';
import { DAY_MS } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { Priority } from './order.state.js';

/** What entries of one side of the book are found by. */
interface Placed<Id extends ListingId | OrderId> extends Priority<Id> {
  readonly window: Window;
}

export type Ask = Placed<ListingId>;
export type Bid = Placed<OrderId>;

const bucketOf = (instant: number): number => Math.floor(instant / DAY_MS);

/**
 * Entries by day, each day sorted by priority. Entries stand in every day that `daysOf` names, so
 * whoever looks for a window reads one day or few, best first, and stops at its price.
 */
class Side<Id extends ListingId | OrderId> {
  private readonly days = new Map<number, Placed<Id>[]>();

  constructor(
    private readonly compare: (a: Priority<Id>, b: Priority<Id>) => number,
    private readonly daysOf: (window: Window) => readonly number[],
  ) {}

  add(entry: Placed<Id>): void {
    for (const day of this.daysOf(entry.window)) {
      const entries = this.days.get(day);
      if (entries === undefined) this.days.set(day, [entry]);
      else entries.splice(this.indexIn(entries, entry), 0, entry);
    }
  }

  remove(entry: Placed<Id>): void {
    for (const day of this.daysOf(entry.window)) {
      const entries = this.days.get(day) ?? [];
      const index = this.indexIn(entries, entry);
      assert(entries[index]?.id === entry.id, `${entry.id} is not in the book`);
      entries.splice(index, 1);
      if (entries.length === 0) this.days.delete(day);
    }
  }

  on(day: number): readonly Placed<Id>[] {
    return this.days.get(day) ?? [];
  }

  all(): readonly Placed<Id>[] {
    const entries = new Map<Id, Placed<Id>>();
    for (const day of this.days.values()) for (const entry of day) entries.set(entry.id, entry);
    return [...entries.values()].sort(this.compare);
  }

  /** Where the entry stands, or would stand: priorities are unique. */
  private indexIn(entries: readonly Placed<Id>[], entry: Priority<Id>): number {
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(entries[middle] as Placed<Id>, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const byPrice = (a: UnitPrice, b: UnitPrice): number => (a < b ? -1 : a > b ? 1 : 0);

/** Cheaper first, then earlier. */
export const compareAsks = (a: Priority<ListingId>, b: Priority<ListingId>): number =>
  byPrice(a.price, b.price) || a.sequence - b.sequence;

/** Dearer first, then earlier. */
export const compareBids = (a: Priority<OrderId>, b: Priority<OrderId>): number =>
  byPrice(b.price, a.price) || a.sequence - b.sequence;

function daysWithin({ start, end }: Window): readonly number[] {
  const first = bucketOf(start);
  const count = bucketOf(end - 1) - first + 1;
  return Array.from({ length: count }, (_, index) => first + index);
}

/** Who offers and who bids; what can really be filled is for the matcher to say. */
export interface Book {
  addAsk(ask: Ask): void;
  removeAsk(ask: Ask): void;
  addBid(bid: Bid): void;
  removeBid(bid: Bid): void;
  /** Asks at the limit or below that cover the window, best first. */
  asksFor(window: Window, limit: UnitPrice): Iterable<ListingId>;
  /** Bids at the price or above whose windows lie in this one, in their priority. */
  bidsFor(window: Window, price: UnitPrice): readonly OrderId[];
  /** Every ask in priority; reads the whole book. */
  asks(): readonly Ask[];
  /** Every bid in priority; reads the whole book. */
  bids(): readonly Bid[];
}

/**
 * Who offers and who bids, found fast: an index over the state, made of it and never kept.
 */
export class OrderBook implements Book {
  private readonly askSide = new Side<ListingId>(compareAsks, daysWithin);
  private readonly bidSide = new Side<OrderId>(compareBids, ({ start }) => [bucketOf(start)]);

  addAsk(ask: Ask): void {
    this.askSide.add(ask);
  }

  removeAsk(ask: Ask): void {
    this.askSide.remove(ask);
  }

  addBid(bid: Bid): void {
    this.bidSide.add(bid);
  }

  removeBid(bid: Bid): void {
    this.bidSide.remove(bid);
  }

  *asksFor(window: Window, limit: UnitPrice): Generator<ListingId> {
    // What covers the window is there on its first day.
    for (const ask of this.askSide.on(bucketOf(window.start))) {
      if (ask.price > limit) return;
      if (ask.window.start <= window.start && window.end <= ask.window.end) yield ask.id;
    }
  }

  bidsFor(window: Window, price: UnitPrice): readonly OrderId[] {
    const found = daysWithin(window).flatMap((day) => this.from(this.bidSide.on(day), window, price));
    return found.sort(compareBids).map(({ id }) => id);
  }

  asks(): readonly Ask[] {
    return this.askSide.all();
  }

  bids(): readonly Bid[] {
    return this.bidSide.all();
  }

  private from(bids: readonly Bid[], { start, end }: Window, price: UnitPrice): readonly Bid[] {
    const past = bids.findIndex((bid) => bid.price < price);
    const inReach = past < 0 ? bids : bids.slice(0, past);
    return inReach.filter((bid) => start <= bid.window.start && bid.window.end <= end);
  }
}

