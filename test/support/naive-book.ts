import type { ListingId, OrderId } from '../../src/kernel/ids.js';
import type { UnitPrice } from '../../src/kernel/money.js';
import { covers, type Window } from '../../src/kernel/window.js';
import type { Ask, Bid, Book } from '../../src/allocation/model/order-book.js';

/** The obvious book: two lists, looked through and sorted for every question. */
export class NaiveBook implements Book {
  private all: { readonly asks: Ask[]; readonly bids: Bid[] } = { asks: [], bids: [] };

  addAsk(ask: Ask): void {
    this.all.asks.push(ask);
  }

  /** It knows asks whole: what of them is left is for the matcher to find. */
  changeAsk(): void {
    return undefined;
  }

  removeAsk({ id }: Ask): void {
    this.all = { ...this.all, asks: this.all.asks.filter((one) => one.id !== id) };
  }

  addBid(bid: Bid): void {
    this.all.bids.push(bid);
  }

  removeBid({ id }: Bid): void {
    this.all = { ...this.all, bids: this.all.bids.filter((one) => one.id !== id) };
  }

  asksFor(window: Window, limit: UnitPrice): readonly ListingId[] {
    return this.asks()
      .filter((ask) => ask.price <= limit && covers(ask.window, window))
      .map(({ id }) => id);
  }

  bidsFor(window: Window, price: UnitPrice): readonly OrderId[] {
    return this.bids()
      .filter((bid) => bid.price >= price && covers(window, bid.window))
      .map(({ id }) => id);
  }

  asks(): readonly Ask[] {
    return [...this.all.asks].sort((a, b) => Number(a.price - b.price) || a.sequence - b.sequence);
  }

  bids(): readonly Bid[] {
    return [...this.all.bids].sort((a, b) => Number(b.price - a.price) || a.sequence - b.sequence);
  }
}
