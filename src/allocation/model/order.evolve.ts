import { present } from '../../kernel/assert.js';
import type { OrderId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import { addOver, fromSegments, rectangle, ZERO, type StepFunction } from '../../kernel/step-function.js';
import { countPurchase } from './counting.js';
import type {
  OrderAmended,
  OrderClosed,
  OrderFilled,
  OrderPlaced,
} from './market.events.js';
import type { Listing, MarketState, OwnedReservation } from './market.state.js';
import type { Ask, Bid } from './order-book.js';
import { plusOf } from './order.limits.js';
import { isAllOrNone, NOTHING_FILLED, type Order } from './order.state.js';
import { addReservation } from './reservation.cuts.js';
import { commit, lotOf, poolOf } from './titles.js';

/** A listing as the book has it. */
export const askOf = ({ listingId, unitPrice, sequence, window, remaining }: Listing): Ask => ({
  id: listingId,
  price: unitPrice,
  rank: Number(unitPrice),
  sequence,
  window,
  remaining,
});

/** What is left of a listing, in the book too. */
export function leave(state: MarketState, listing: Listing, remaining: StepFunction): void {
  if (listing.auction === null) state.book.changeAsk(askOf(listing), remaining);
  listing.remaining = remaining;
}

/** An order as the book has it. */
export const bidOf = ({ orderId, limitPrice, sequence, window }: Order): Bid => ({
  id: orderId,
  price: limitPrice,
  rank: Number(limitPrice),
  sequence,
  window,
});

export function orderPlaced(state: MarketState, event: OrderPlaced): MarketState {
  // Fields one by one: taking the rest of an object is slow, and this is done for every order.
  const order: Order = {
    orderId: event.orderId,
    buyerId: event.buyerId,
    window: event.window,
    quantity: event.quantity,
    limitPrice: event.limitPrice,
    constraints: event.constraints,
    minimumFill: event.minimumFill,
    reserved: event.reserved,
    expiresAt: event.expiresAt,
    isAllOrNone: isAllOrNone(event),
    sequence: takeSequence(state),
    remaining: event.quantity,
    spent: 0n as MicroUsd,
    fills: 0,
    byProvider: NOTHING_FILLED,
  };
  state.orders.set(order.orderId, order);
  state.book.addBid(bidOf(order));
  return state;
}

export function orderFilled(state: MarketState, event: OrderFilled): MarketState {
  const { poolId, source, window, quantity } = event;
  const pool = poolOf(state, poolId);
  const lot = lotOf(state, poolId, source);
  lot.title = addOver(lot.title, window, -quantity);
  commit(lot, window, -quantity);
  countPurchase(state, pool, event);
  const listing = present(state.listings.get(event.listingId), `listing ${event.listingId}`);
  leave(state, listing, fromSegments(event.listingRemaining));
  addReservation(state, ownedBy(event));
  const order = orderOf(state, event.orderId);
  const { providerId } = pool.facts;
  order.remaining = event.orderRemaining;
  order.spent = event.orderSpent;
  order.fills += 1;
  order.byProvider = plusOf(order.byProvider, providerId, quantity);
  return state;
}

/** What the buyer holds by a fill. */
function ownedBy(event: OrderFilled): OwnedReservation {
  return {
    reservationId: event.reservationId,
    poolId: event.poolId,
    listingId: event.listingId,
    orderId: event.orderId,
    sellerId: event.sellerId,
    holderId: event.holderId,
    source: event.source,
    window: event.window,
    quantity: event.quantity,
    unitPrice: event.unitPrice,
    amount: event.amount,
    hops: event.hops,
    termsVersion: event.termsVersion,
    status: 'scheduled',
    paidAt: event.filledAt,
    lot: { title: rectangle(event.window, event.quantity), committed: ZERO },
    lost: ZERO,
    rebooking: null,
    idle: null,
    teamId: null,
    extendsReservationId: null,
    quoteId: null,
  };
}

export function orderAmended(state: MarketState, event: OrderAmended): MarketState {
  const before = orderOf(state, event.orderId);
  const { quantity, limitPrice, remaining, reserved, keepsPriority } = event;
  const order: Order = {
    ...before,
    ...{ quantity, limitPrice, remaining, reserved },
    minimumFill: event.minimumFill ?? before.minimumFill,
    sequence: keepsPriority ? before.sequence : takeSequence(state),
  };
  state.book.removeBid(bidOf(before));
  state.book.addBid(bidOf(order));
  state.orders.set(order.orderId, order);
  return state;
}

export function orderClosed(state: MarketState, { orderId }: OrderClosed): MarketState {
  const order = orderOf(state, orderId);
  if (!state.sealedBids.delete(orderId)) {
    state.book.removeBid(bidOf(order));
    state.orders.delete(orderId);
  }
  return state;
}

export function takeSequence(state: MarketState): number {
  const sequence = state.nextSequence;
  state.nextSequence += 1;
  return sequence;
}

function orderOf(state: MarketState, orderId: OrderId): Order {
  return present(state.orders.get(orderId) ?? state.sealedBids.get(orderId), `order ${orderId}`);
}
