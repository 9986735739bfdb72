import { present } from '../../kernel/assert.js';
import type { ListingId, OrderId } from '../../kernel/ids.js';
import type { UnitPrice } from '../../kernel/money.js';
import { lowerBound, merged, SortedList, type Compare } from '../../kernel/sorted-list.js';
import type { Window } from '../../kernel/window.js';
import type { Priority } from './order.state.js';

/** What entries of one side of the book are found by. */
interface Placed<Id extends ListingId | OrderId> extends Priority<Id> {
  readonly window: Window;
}

export type Ask = Placed<ListingId>;
export type Bid = Placed<OrderId>;

/** All entries of one window, best first. */
interface SameWindow<Entry> {
  readonly end: number;
  readonly entries: SortedList<Entry>;
}
/** All windows that start together, by their ends. */
interface SameStart<Entry> {
  readonly start: number;
  readonly ends: SameWindow<Entry>[];
}

const byStart = (a: { readonly start: number }, b: { readonly start: number }): number =>
  a.start - b.start;
const byEnd = (a: { readonly end: number }, b: { readonly end: number }): number => a.end - b.end;

/**
 * Entries by window, those of each window sorted by priority. Whoever looks for a window looks at
 * the best entry of each window in question, so what a look costs depends on how many different
 * windows there are and not on how many entries.
 */
class Side<Entry extends Ask | Bid> {
  private readonly starts: SameStart<Entry>[] = [];

  constructor(private readonly compare: Compare<Entry>) {}

  add(entry: Entry): void {
    const { start, end } = entry.window;
    const { ends } = findOrAdd(this.starts, { start, ends: [] }, byStart);
    const sameWindow = { end, entries: new SortedList(this.compare) };
    findOrAdd(ends, sameWindow, byEnd).entries.add(entry);
  }

  remove(entry: Entry): void {
    const first = lowerBound(this.starts, entry.window as { readonly start: number }, byStart);
    const { ends } = found(this.starts[first], entry);
    const index = lowerBound(ends, entry.window as { readonly end: number }, byEnd);
    const { entries } = found(ends[index], entry);
    entries.remove(entry);
    if (!entries.isEmpty) return;
    ends.splice(index, 1);
    if (ends.length === 0) this.starts.splice(first, 1);
  }

  /** Lists of what covers the window and begins with what is wanted. */
  covering(
    { start, end }: Window,
    isWanted: (best: Entry) => boolean,
  ): readonly SortedList<Entry>[] {
    const lists: SortedList<Entry>[] = [];
    for (const sameStart of this.starts) {
      if (sameStart.start > start) break;
      const { ends } = sameStart;
      for (let index = ends.length - 1; index >= 0; index -= 1) {
        const sameWindow = ends[index] as SameWindow<Entry>;
        if (sameWindow.end < end) break;
        if (isWanted(sameWindow.entries.first as Entry)) lists.push(sameWindow.entries);
      }
    }
    return lists;
  }

  /** Lists of what lies in the window and begins with what is wanted. */
  within(window: Window, isWanted: (best: Entry) => boolean): readonly SortedList<Entry>[] {
    const lists: SortedList<Entry>[] = [];
    const { starts } = this;
    const first = lowerBound(starts, window as { readonly start: number }, byStart);
    for (let index = first; index < starts.length; index += 1) {
      const { start, ends } = starts[index] as SameStart<Entry>;
      if (start >= window.end) break;
      for (const { end, entries } of ends) {
        if (end > window.end) break;
        if (isWanted(entries.first as Entry)) lists.push(entries);
      }
    }
    return lists;
  }

  all(): readonly Entry[] {
    const lists = this.starts.flatMap(({ ends }) => ends.map(({ entries }) => entries));
    return [...merged(lists, this.compare)];
  }
}

function findOrAdd<T>(items: T[], fresh: T, compare: Compare<T>): T {
  const index = lowerBound(items, fresh, compare);
  const item = items[index];
  if (item !== undefined && compare(item, fresh) === 0) return item;
  items.splice(index, 0, fresh);
  return fresh;
}

const found = <T>(group: T | undefined, { id }: Ask | Bid): T => present(group, `${id} in the book`);

const byPrice = (a: UnitPrice, b: UnitPrice): number => (a < b ? -1 : a > b ? 1 : 0);

/** Cheaper first, then earlier. */
export const compareAsks = (a: Priority<ListingId>, b: Priority<ListingId>): number =>
  byPrice(a.price, b.price) || a.sequence - b.sequence;

/** Dearer first, then earlier. */
export const compareBids = (a: Priority<OrderId>, b: Priority<OrderId>): number =>
  byPrice(b.price, a.price) || a.sequence - b.sequence;

/** Who offers and who bids; what can really be filled is for the matcher to say. */
export interface Book {
  addAsk(ask: Ask): void;
  removeAsk(ask: Ask): void;
  addBid(bid: Bid): void;
  removeBid(bid: Bid): void;
  /** Asks at the limit or below that cover the window, best first. */
  asksFor(window: Window, limit: UnitPrice): Iterable<ListingId>;
  /** Bids at the price or above whose windows lie in this one, in their priority. */
  bidsFor(window: Window, price: UnitPrice): Iterable<OrderId>;
  /** Every ask in priority; reads the whole book. */
  asks(): readonly Ask[];
  /** Every bid in priority; reads the whole book. */
  bids(): readonly Bid[];
}

/**
 * Who offers and who bids, found fast: an index over the state, made of it and never kept.
 */
export class OrderBook implements Book {
  private readonly askSide = new Side<Ask>(compareAsks);
  private readonly bidSide = new Side<Bid>(compareBids);

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
    const lists = this.askSide.covering(window, ({ price }) => price <= limit);
    if (lists.length === 0) return;
    for (const { id, price } of merged(lists, compareAsks)) {
      if (price > limit) return;
      yield id;
    }
  }

  *bidsFor(window: Window, price: UnitPrice): Generator<OrderId> {
    const lists = this.bidSide.within(window, (best) => best.price >= price);
    if (lists.length === 0) return;
    for (const bid of merged(lists, compareBids)) {
      if (bid.price < price) return;
      yield bid.id;
    }
  }

  asks(): readonly Ask[] {
    return this.askSide.all();
  }

  bids(): readonly Bid[] {
    return this.bidSide.all();
  }
}
