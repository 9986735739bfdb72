import type { OrganizationId } from '../../kernel/ids.js';
import type { BasisPoints, MicroUsd, UnitPrice } from '../../kernel/money.js';
import { quantity as toQuantity, type Quantity } from '../../kernel/quantity.js';
import { segmentsOf, type StepFunction } from '../../kernel/step-function.js';
import type { Purchase } from './counting.js';
import type { MarketEvent, OrderFilled } from './market.events.js';
import type { Listing, MarketState } from './market.state.js';
import { termsOf } from './market.terms.js';
import { fillId } from './new.ids.js';
import { compareBids } from './order-book.js';
import { bidOf } from './order.evolve.js';
import type { Order } from './order.state.js';
import { resalePriceMax } from './resale.rules.js';
import type { Sent } from './sent.js';
import { poolOf } from './titles.js';

const NO_ROYALTY = 0 as BasisPoints;

/** One match that is possible. */
export interface Match {
  readonly listing: Listing;
  readonly quantity: Quantity;
}

/** How far an order has come by matches of the same decision. */
export type Progress = Pick<Order, 'remaining' | 'spent' | 'fills'> & {
  readonly byProvider: ReadonlyMap<OrganizationId, Quantity>;
};

export function totalOf(matches: readonly Match[]): Quantity {
  let total = 0n;
  for (const { quantity } of matches) total += quantity;
  return toQuantity(total);
}

export function closeOrder(
  { orderId, buyerId, reserved }: Order,
  reason: 'filled' | 'cancelled' | 'expired' | 'unfilled',
  spent: MicroUsd,
): MarketEvent {
  const released = (reserved - spent) as MicroUsd;
  return { type: 'OrderClosed', orderId, buyerId, reason, spent, released };
}

/** What a sale's money is split by. */
export function saleOf(
  state: MarketState,
  { poolId, source, termsVersion }: Listing,
): Pick<OrderFilled, 'providerId' | 'grid' | 'royalty'> {
  const { facts, termsVersions } = poolOf(state, poolId);
  const { providerId, grid } = facts;
  const { resale } = termsOf(termsVersions, termsVersion);
  return { providerId, grid, royalty: source.kind === 'pool' ? NO_ROYALTY : resale.royalty };
}

/** What an order would get of a listing. */
export const purchaseOf = (
  { buyerId: holderId, window }: Order,
  { poolId, source }: Listing,
  quantity: Quantity,
): Purchase => ({ poolId, source, holderId, window, quantity });

/** A match at its price, and what is left after it. */
export interface Sale {
  readonly quantity: Quantity;
  readonly unitPrice: UnitPrice;
  readonly amount: MicroUsd;
  readonly terms: ReturnType<typeof saleOf>;
  /** What the listing offers then. */
  readonly remaining: StepFunction;
  readonly after: Progress;
  readonly sourceAfter: OrderFilled['sourceAfter'];
}

/** Member by member: taking over all of another object's is slow, and this is done for every fill. */
export function filled(order: Order, listing: Listing, sale: Sale, { now, seed }: Sent): OrderFilled {
  const { orderId, window } = order;
  const { quantity, terms, after } = sale;
  return {
    type: 'OrderFilled',
    reservationId: fillId(seed, order, after.fills),
    orderId,
    listingId: listing.listingId,
    poolId: listing.poolId,
    sellerId: listing.sellerId,
    holderId: order.buyerId,
    source: listing.source,
    window,
    quantity,
    unitPrice: sale.unitPrice,
    amount: sale.amount,
    hops: listing.hops,
    termsVersion: listing.termsVersion,
    filledAt: now,
    providerId: terms.providerId,
    grid: terms.grid,
    royalty: terms.royalty,
    entitlement: [{ window, value: quantity }],
    sourceAfter: sale.sourceAfter,
    listingRemaining: segmentsOf(sale.remaining),
    orderRemaining: after.remaining,
    orderSpent: after.spent,
  };
}

/** Each once, better price first, then earlier. */
export function inTurn(orders: readonly Order[]): readonly Order[] {
  if (orders.length < 2) return orders;
  return [...new Set(orders)].sort((a, b) => compareBids(bidOf(a), bidOf(b)));
}

/** That of the side which was there first, and of a resale never more than its terms allow. */
export function priceOf(state: MarketState, order: Order, listing: Listing): UnitPrice {
  if (listing.sequence < order.sequence) return listing.unitPrice;
  const cap = resalePriceMax(state, listing.poolId, listing.source);
  return cap === null || order.limitPrice < cap ? order.limitPrice : cap;
}

/** The least of an order that is filled at once: all that is left, when that is less than it says. */
export function leastOf({ minimumFill }: Order, { remaining }: Progress): Quantity {
  return minimumFill < remaining ? minimumFill : remaining;
}
