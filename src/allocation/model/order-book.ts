import { present } from '../../kernel/assert.js';
import type { ListingId, OrderId } from '../../kernel/ids.js';
import type { UnitPrice } from '../../kernel/money.js';
import { Selection } from '../../kernel/selection.js';
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

const byStart = (a: { readonly start: number }, start: number): number => a.start - start;
const byEnd = (a: { readonly end: number }, end: number): number => a.end - end;

/**
 * Entries by window, those of each window sorted by priority. Whoever looks for a window looks at
 * the best entry of each window in question, so what a look costs depends on how many different
 * windows there are and not on how many entries.
 */
class Side<Entry extends Ask | Bid> {
  private readonly starts: SameStart<Entry>[] = [];
  /** No window in here is longer: what begins longer before an end does not reach it. */
  private longest = 0;

  constructor(private readonly compare: Compare<Entry>) {}

  add(entry: Entry): void {
    const { start, end } = entry.window;
    this.longest = Math.max(this.longest, end - start);
    const first = lowerBound(this.starts, start, byStart);
    let sameStart = this.starts[first];
    if (sameStart?.start !== start) {
      sameStart = { start, ends: [] };
      this.starts.splice(first, 0, sameStart);
    }
    const { ends } = sameStart;
    const index = lowerBound(ends, end, byEnd);
    let sameWindow = ends[index];
    if (sameWindow?.end !== end) {
      sameWindow = { end, entries: new SortedList(this.compare) };
      ends.splice(index, 0, sameWindow);
    }
    sameWindow.entries.add(entry);
  }

  remove(entry: Entry): void {
    const first = lowerBound(this.starts, entry.window.start, byStart);
    const { ends } = found(this.starts[first], entry);
    const index = lowerBound(ends, entry.window.end, byEnd);
    const { entries } = found(ends[index], entry);
    entries.remove(entry);
    if (!entries.isEmpty) return;
    ends.splice(index, 1);
    if (ends.length === 0) this.starts.splice(first, 1);
    if (this.starts.length === 0) this.longest = 0;
  }

  /** Lists of what covers the window and begins with what is wanted. */
  covering(
    { start, end }: Window,
    isWanted: (best: Entry) => boolean,
  ): readonly SortedList<Entry>[] {
    const lists: SortedList<Entry>[] = [];
    const { starts } = this;
    for (let at = lowerBound(starts, end - this.longest, byStart); at < starts.length; at += 1) {
      const { start: own, ends } = starts[at] as SameStart<Entry>;
      if (own > start) break;
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
    for (let index = lowerBound(starts, window.start, byStart); index < starts.length; index += 1) {
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

const found = <T>(group: T | undefined, { id }: Ask | Bid): T => present(group, `${id} in the book`);

/** Bigints are compared only where numbers are not exact: that takes longer. */
function byPrice(a: Priority<ListingId | OrderId>, b: Priority<ListingId | OrderId>): number {
  if (a.rank !== b.rank) return a.rank < b.rank ? -1 : 1;
  if (a.rank <= Number.MAX_SAFE_INTEGER || a.price === b.price) return 0;
  return a.price < b.price ? -1 : 1;
}

/** Cheaper first, then earlier. */
export const compareAsks = (a: Priority<ListingId>, b: Priority<ListingId>): number =>
  byPrice(a, b) || a.sequence - b.sequence;

/** Dearer first, then earlier. */
export const compareBids = (a: Priority<OrderId>, b: Priority<OrderId>): number =>
  byPrice(b, a) || a.sequence - b.sequence;

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

  asksFor(window: Window, limit: UnitPrice): Iterable<ListingId> {
    const isWanted = ({ price }: Ask): boolean => price <= limit;
    return idsOf(this.askSide.covering(window, isWanted), compareAsks, isWanted);
  }

  bidsFor(window: Window, price: UnitPrice): Iterable<OrderId> {
    const isWanted = (bid: Bid): boolean => bid.price >= price;
    return idsOf(this.bidSide.within(window, isWanted), compareBids, isWanted);
  }

  asks(): readonly Ask[] {
    return this.askSide.all();
  }

  bids(): readonly Bid[] {
    return this.bidSide.all();
  }
}

const NOTHING: Iterable<never> = [];

/** Of all lists together, best first, as long as they are wanted. */
function idsOf<Entry extends Ask | Bid>(
  lists: readonly SortedList<Entry>[],
  compare: Compare<Entry>,
  isWanted: (entry: Entry) => boolean,
): Iterable<Entry['id']> {
  const [only] = lists;
  if (only === undefined) return NOTHING;
  const entries = lists.length === 1 ? only : merged(lists, compare);
  return new Selection(entries, ({ id }) => id, isWanted);
}
