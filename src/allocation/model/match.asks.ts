import { present } from '../../kernel/assert.js';
import type { ListingId } from '../../kernel/ids.js';
import { Selection } from '../../kernel/selection.js';
import { covers } from '../../kernel/window.js';
import type { Listing, MarketState } from './market.state.js';
import { compareAsks } from './order-book.js';
import { askOf } from './order.evolve.js';
import type { Order } from './order.state.js';

/**
 * Asks that an order may reach, in their priority.
 *
 * @param raised those that offer more than the book knows, in their priority too: what arrives, or is
 *   given back, by events of the same decision
 */
export function asksFor(
  { book, listings }: MarketState,
  { window, limitPrice }: Order,
  raised: readonly Listing[],
): Iterable<Listing> {
  const ids = book.asksFor(window, limitPrice);
  const known = new Selection(ids, (id) => present(listings.get(id), 'what is in the book'));
  if (raised.length === 0) return known;
  const wanted = raised.filter((one) => one.unitPrice <= limitPrice && covers(one.window, window));
  return wanted.length === 0 ? known : new AsksInTurn(known, wanted);
}

/** Not a generator: most orders that meet an ask which arrives go through one. */
class AsksInTurn implements IterableIterator<Listing> {
  private readonly raisedIds: ReadonlySet<ListingId>;
  private place = 0;
  /** Read, and to be given after those that are raised and come first. */
  private held: Listing | null = null;

  constructor(
    private readonly known: Iterator<Listing>,
    private readonly raised: readonly Listing[],
  ) {
    this.raisedIds = new Set(raised.map(({ listingId }) => listingId));
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<Listing, undefined> {
    const known = this.held ?? this.read();
    this.held = known;
    const raised = this.raised[this.place];
    if (raised !== undefined && (known === null || isBefore(raised, known))) {
      this.place += 1;
      return { done: false, value: raised };
    }
    this.held = null;
    return known === null ? { done: true, value: undefined } : { done: false, value: known };
  }

  private read(): Listing | null {
    for (let step = this.known.next(); step.done !== true; step = this.known.next()) {
      if (!this.raisedIds.has(step.value.listingId)) return step.value;
    }
    return null;
  }
}

export function isBefore(a: Listing, b: Listing): boolean {
  return compareAsks(askOf(a), askOf(b)) < 0;
}
