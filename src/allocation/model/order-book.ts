import { present } from '../../kernel/assert.js';
import type { ListingId, OrderId } from '../../kernel/ids.js';
import type { UnitPrice } from '../../kernel/money.js';
import { Selection } from '../../kernel/selection.js';
import { lowerBound, merged, SortedList, type Compare } from '../../kernel/sorted-list.js';
import { stretchesAbove, type StepFunction } from '../../kernel/step-function.js';
import type { Window } from '../../kernel/window.js';
import type { Priority } from './order.state.js';

/** What entries of one side of the book are found by. */
interface Placed<Id extends ListingId | OrderId> extends Priority<Id> {
  readonly window: Window;
}

/** What of an ask is left throughout a stretch of its window. */
export type Offer = Placed<ListingId>;
export interface Ask extends Offer {
  readonly remaining: StepFunction;
}
export type Bid = Placed<OrderId>;

/** All entries of one window, best first. */
interface SameWindow<Entry> {
  readonly end: number;
  readonly entries: SortedList<Entry>;
  /** Of the best of them: every look passes by here, and most go no further. */
  bestRank: number;
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
class Side<Entry extends Offer | Bid> {
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
      sameWindow = { end, entries: new SortedList(this.compare), bestRank: entry.rank };
      ends.splice(index, 0, sameWindow);
    }
    sameWindow.entries.add(entry);
    sameWindow.bestRank = bestRankOf(sameWindow);
  }

  remove(entry: Entry): void {
    const first = lowerBound(this.starts, entry.window.start, byStart);
    const { ends } = found(this.starts[first], entry);
    const index = lowerBound(ends, entry.window.end, byEnd);
    const sameWindow = found(ends[index], entry);
    sameWindow.entries.remove(entry);
    if (!sameWindow.entries.isEmpty) {
      sameWindow.bestRank = bestRankOf(sameWindow);
      return;
    }
    ends.splice(index, 1);
    if (ends.length === 0) this.starts.splice(first, 1);
    if (this.starts.length === 0) this.longest = 0;
  }

  /** Lists of what covers the window and begins with this rank or a lower one. */
  covering({ start, end }: Window, rankMax: number): readonly SortedList<Entry>[] {
    const lists: SortedList<Entry>[] = [];
    const { starts } = this;
    for (let at = lowerBound(starts, end - this.longest, byStart); at < starts.length; at += 1) {
      const { start: own, ends } = starts[at] as SameStart<Entry>;
      if (own > start) break;
      for (let index = ends.length - 1; index >= 0; index -= 1) {
        const sameWindow = ends[index] as SameWindow<Entry>;
        if (sameWindow.end < end) break;
        if (sameWindow.bestRank <= rankMax) lists.push(sameWindow.entries);
      }
    }
    return lists;
  }

  /** Lists of what lies in the window and begins with this rank or a higher one. */
  within(window: Window, rankMin: number): readonly SortedList<Entry>[] {
    const lists: SortedList<Entry>[] = [];
    const { starts } = this;
    for (let index = lowerBound(starts, window.start, byStart); index < starts.length; index += 1) {
      const { start, ends } = starts[index] as SameStart<Entry>;
      if (start >= window.end) break;
      for (let place = 0; place < ends.length; place += 1) {
        const sameWindow = ends[place] as SameWindow<Entry>;
        if (sameWindow.end > window.end) break;
        if (sameWindow.bestRank >= rankMin) lists.push(sameWindow.entries);
      }
    }
    return lists;
  }

  all(): readonly Entry[] {
    const lists = this.starts.flatMap(({ ends }) => ends.map(({ entries }) => entries));
    return [...merged(lists, this.compare)];
  }
}

const bestRankOf = <Entry extends Offer | Bid>({ entries }: SameWindow<Entry>): number =>
  present(entries.first, 'the best of a window').rank;

const found = <T>(group: T | undefined, { id }: Offer | Bid): T => present(group, `${id} in the book`);

/** Bigints are compared only where numbers are not exact: that takes longer. */
function byPrice(a: Priority<ListingId | OrderId>, b: Priority<ListingId | OrderId>): number {
  if (a.rank !== b.rank) return a.rank < b.rank ? -1 : 1;
  if (a.rank <= Number.MAX_SAFE_INTEGER || a.price === b.price) return 0;
  return a.price < b.price ? -1 : 1;
}

/** Cheaper first, then earlier. */
export const compareAsks = (a: Priority<ListingId>, b: Priority<ListingId>): number =>
  byPrice(a, b) || a.sequence - b.sequence;

/** The same; what is left of one ask in order of time. */
export const compareOffers = (a: Offer, b: Offer): number =>
  compareAsks(a, b) || a.window.start - b.window.start;

/** Dearer first, then earlier. */
export const compareBids = (a: Priority<OrderId>, b: Priority<OrderId>): number =>
  byPrice(b, a) || a.sequence - b.sequence;

/** Who offers and who bids; what can really be filled is for the matcher to say. */
export interface Book {
  addAsk(ask: Ask): void;
  /** `ask` as the book has it, and what is left of it from now on. */
  changeAsk(ask: Ask, remaining: StepFunction): void;
  removeAsk(ask: Ask): void;
  addBid(bid: Bid): void;
  removeBid(bid: Bid): void;
  /** Asks at the limit or below that may have something left throughout the window, best first. */
  asksFor(window: Window, limit: UnitPrice): Iterable<ListingId>;
  /** Bids at the price or above whose windows lie in this one, in their priority. */
  bidsFor(window: Window, price: UnitPrice): Iterable<OrderId>;
  /** Every offer in priority; reads the whole book. */
  asks(): readonly Offer[];
  /** Every bid in priority; reads the whole book. */
  bids(): readonly Bid[];
}

/**
 * Who offers and who bids, found fast: an index over the state, made of it and never kept. Asks stand
 * in it by what of them is left, so that nobody who looks for a window sees what is sold for it.
 */
export class OrderBook implements Book {
  private readonly askSide = new Side<Offer>(compareOffers);
  private readonly bidSide = new Side<Bid>(compareBids);

  addAsk(ask: Ask): void {
    for (const offer of offersOf(ask)) this.askSide.add(offer);
  }

  changeAsk(ask: Ask, remaining: StepFunction): void {
    const [before, after] = [stretchesAbove(ask.remaining), stretchesAbove(remaining)];
    let first = 0;
    while (isSame(before[first], after[first])) first += 1;
    let [ends, begins] = [before.length, after.length];
    while (Math.min(ends, begins) > first && isSame(before[ends - 1], after[begins - 1])) {
      ends -= 1;
      begins -= 1;
    }
    for (const window of before.slice(first, ends)) this.askSide.remove(offerOf(ask, window));
    for (const window of after.slice(first, begins)) this.askSide.add(offerOf(ask, window));
  }

  removeAsk(ask: Ask): void {
    for (const offer of offersOf(ask)) this.askSide.remove(offer);
  }

  addBid(bid: Bid): void {
    this.bidSide.add(bid);
  }

  removeBid(bid: Bid): void {
    this.bidSide.remove(bid);
  }

  asksFor(window: Window, limit: UnitPrice): Iterable<ListingId> {
    const isWanted = ({ price }: Offer): boolean => price <= limit;
    return idsOf(this.askSide.covering(window, Number(limit)), compareAsks, isWanted);
  }

  bidsFor(window: Window, price: UnitPrice): Iterable<OrderId> {
    const isWanted = (bid: Bid): boolean => bid.price >= price;
    return idsOf(this.bidSide.within(window, Number(price)), compareBids, isWanted);
  }

  asks(): readonly Offer[] {
    return this.askSide.all();
  }

  bids(): readonly Bid[] {
    return this.bidSide.all();
  }
}

/** What of an ask stands in the book, stretch by stretch. */
export const offersOf = (ask: Ask): readonly Offer[] =>
  stretchesAbove(ask.remaining).map((window) => offerOf(ask, window));

const offerOf = ({ id, price, rank, sequence }: Ask, window: Window): Offer => ({
  id,
  price,
  rank,
  sequence,
  window,
});

function isSame(a: Window | undefined, b: Window | undefined): boolean {
  return a !== undefined && b !== undefined && a.start === b.start && a.end === b.end;
}

const NOTHING: Iterable<never> = [];

/** Of all lists together, best first, as long as they are wanted. */
function idsOf<Entry extends Offer | Bid>(
  lists: readonly SortedList<Entry>[],
  compare: Compare<Entry>,
  isWanted: (entry: Entry) => boolean,
): Iterable<Entry['id']> {
  const [only] = lists;
  if (only === undefined) return NOTHING;
  const entries = lists.length === 1 ? only : merged(lists, compare);
  return new Selection(entries, ({ id }) => id, isWanted);
}
