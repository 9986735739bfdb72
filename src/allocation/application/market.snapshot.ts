import { jsonSnapshot } from '../../eventstore/json-snapshot.js';
import type { SnapshotCodec } from '../../eventstore/stream-definition.js';
import type { MarketState } from '../model/market.state.js';
import { OrderBook } from '../model/order-book.js';
import { openAsks } from '../model/book.sides.js';
import { askOf, bidOf } from '../model/order.evolve.js';

type Kept = Omit<MarketState, 'book'>;

const json = jsonSnapshot<Kept>({ schemaVersion: 5, everyEvents: 5_000 });

/** The book is an index: it is left out and made again. */
export const marketSnapshot: SnapshotCodec<MarketState> = {
  ...json,
  encode: ({ book: _book, ...kept }: MarketState) => json.encode(kept as MarketState),
  decode: (text) => {
    const kept = json.decode(text);
    const book = new OrderBook();
    for (const listing of openAsks(kept)) book.addAsk(askOf(listing));
    for (const order of kept.orders.values()) book.addBid(bidOf(order));
    return { ...kept, book };
  },
};
