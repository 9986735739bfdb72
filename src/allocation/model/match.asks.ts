import { present } from '../../kernel/assert.js';
import type { ListingId } from '../../kernel/ids.js';
import { covers } from '../../kernel/window.js';
import type { Listing, MarketState } from './market.state.js';
import { compareAsks } from './order-book.js';
import { askOf } from './order.evolve.js';
import type { Order } from './order.state.js';

/**
 * Asks that an order may reach, in their priority, one that is not in the state yet in its place.
 *
 * @param arriving that one; null: there is none
 */
export function asksFor(
  state: MarketState,
  { window, limitPrice }: Order,
  arriving: Listing | null,
): Iterable<Listing> {
  const isWanted =
    arriving !== null && arriving.unitPrice <= limitPrice && covers(arriving.window, window);
  return new AsksInTurn(state, state.book.asksFor(window, limitPrice), isWanted ? arriving : null);
}

/** Not a generator: every order goes through one, and most see a single ask. */
class AsksInTurn implements IterableIterator<Listing> {
  private readonly ids: Iterator<ListingId>;
  /** Read, and to be given after the one that arrives. */
  private held: Listing | null = null;

  constructor(
    private readonly state: MarketState,
    ids: Iterable<ListingId>,
    private arriving: Listing | null,
  ) {
    this.ids = ids[Symbol.iterator]();
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<Listing, undefined> {
    const listing = this.held ?? this.read();
    this.held = null;
    const { arriving } = this;
    if (arriving === null || (listing !== null && !isBefore(arriving, listing))) {
      return listing === null ? { done: true, value: undefined } : { done: false, value: listing };
    }
    this.arriving = null;
    this.held = listing;
    return { done: false, value: arriving };
  }

  private read(): Listing | null {
    const step = this.ids.next();
    if (step.done === true) return null;
    return present(this.state.listings.get(step.value), 'what is in the book');
  }
}

function isBefore(a: Listing, b: Listing): boolean {
  return compareAsks(askOf(a), askOf(b)) < 0;
}
