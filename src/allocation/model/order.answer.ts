import { present } from '../../kernel/assert.js';
import type { OrderId, ReservationId } from '../../kernel/ids.js';
import type {
  AmendOrder,
  CancelOrder,
  PlaceAuctionBid,
  PlaceOrder,
  WithdrawAuctionBid,
} from './market.commands.js';
import type {
  AuctionBidPlaced,
  AuctionBidWithdrawn,
  MarketEvent,
  OrderClosed,
  OrderFilled,
} from './market.events.js';
import type { MarketState } from './market.state.js';

/** One trade of an order, as its buyer may see it; quantities and money are decimal text. */
export interface FillView {
  readonly reservationId: ReservationId;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly amount: string;
}

/** An order right after a command, with what the command filled. */
export interface OrderView {
  readonly orderId: OrderId;
  readonly status: 'resting' | 'sealed' | OrderClosed['reason'];
  /** Tokens/s that may still be filled. */
  readonly remaining: string;
  readonly spent: string;
  /** Set aside and not spent; given back where the order is closed. */
  readonly unspent: string;
  readonly fills: readonly FillView[];
}

export function viewOrder(
  { orderId }: PlaceOrder | AmendOrder | CancelOrder,
  events: readonly MarketEvent[],
  state: MarketState,
): OrderView {
  const fills = events
    .filter((event) => event.type === 'OrderFilled')
    .map(({ reservationId, quantity, unitPrice, amount }: OrderFilled) => ({
      reservationId,
      quantity: quantity.toString(),
      unitPrice: unitPrice.toString(),
      amount: amount.toString(),
    }));
  const order = state.orders.get(orderId);
  if (order !== undefined) {
    const { remaining, spent, reserved } = order;
    const money = { spent: spent.toString(), unspent: (reserved - spent).toString() };
    return { orderId, status: 'resting', remaining: remaining.toString(), ...money, fills };
  }
  const closed = present(
    events.find((event): event is OrderClosed => event.type === 'OrderClosed'),
    `end of order ${orderId}`,
  );
  const money = { spent: closed.spent.toString(), unspent: closed.released.toString() };
  return { orderId, status: closed.reason, remaining: '0', ...money, fills };
}

/** A bid in an auction right after its buyer placed or withdrew it. */
export function viewBid(
  { orderId }: PlaceAuctionBid | WithdrawAuctionBid,
  events: readonly MarketEvent[],
): OrderView {
  const event = present(
    events.find(
      (one): one is AuctionBidPlaced | AuctionBidWithdrawn =>
        one.type === 'AuctionBidPlaced' || one.type === 'AuctionBidWithdrawn',
    ),
    `what became of bid ${orderId}`,
  );
  const nothing = { orderId, spent: '0', fills: [] };
  if (event.type === 'AuctionBidWithdrawn') {
    return { ...nothing, status: 'cancelled', remaining: '0', unspent: event.released.toString() };
  }
  const { quantity, reserved } = event;
  const open = { remaining: quantity.toString(), unspent: reserved.toString() };
  return { ...nothing, status: 'sealed', ...open };
}
