import { jsonSnapshot, snapshotPieces } from '../../eventstore/json-snapshot.js';
import { KeptTexts } from '../../eventstore/kept-texts.js';
import { textOf, type SnapshotPiece } from '../../eventstore/snapshot-piece.js';
import type { SnapshotCodec } from '../../eventstore/stream-definition.js';
import type { OrderId, ReservationId } from '../../kernel/ids.js';
import { openAsks } from '../model/book.sides.js';
import type { MarketState, Reservation } from '../model/market.state.js';
import { OrderBook } from '../model/order-book.js';
import { askOf, bidOf } from '../model/order.evolve.js';
import type { Order } from '../model/order.state.js';
import { cutsOfAll } from '../model/reservation.cuts.js';

type Kept = Omit<MarketState, 'book' | 'cuts'>;

const json = jsonSnapshot<Kept>({ schemaVersion: 10, everyEvents: 5_000 });

/** Another value takes a reservation's place when it changes; its lot changes where it is. */
const reservationTexts = new KeptTexts<ReservationId, Reservation>((reservation) =>
  reservation.status === 'held' ? [] : [reservation.lot.title, reservation.lot.committed],
);

const orderTexts = new KeptTexts<OrderId, Order>(
  (order) => [order.reserved, order.sequence, order.remaining, order.spent, order.fills, order.byProvider],
);

/** Book and cuts are indexes: they are left out and made again. */
function piecesOf({ book: _book, cuts: _cuts, ...kept }: MarketState): readonly SnapshotPiece[] {
  return snapshotPieces({ ...kept, reservations: reservationTexts.of(kept.reservations), orders: orderTexts.of(kept.orders) });
}

export const marketSnapshot: SnapshotCodec<MarketState> = {
  ...json,
  encode: (state) => textOf(piecesOf(state)),
  pieces: piecesOf,
  prepare: ({ reservations, orders }, events) => {
    reservationTexts.writeAhead(reservations, events);
    orderTexts.writeAhead(orders, events);
  },
  decode: (text) => {
    const kept = json.decode(text);
    const book = new OrderBook();
    for (const listing of openAsks(kept)) book.addAsk(askOf(listing));
    for (const order of kept.orders.values()) book.addBid(bidOf(order));
    return { ...kept, book, cuts: cutsOfAll(kept.reservations.values()) };
  },
};
