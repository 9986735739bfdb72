import type { MarketEvent } from '../../src/allocation/model/market.events.js';
import type { Listing, MarketState } from '../../src/allocation/model/market.state.js';
import type { Order } from '../../src/allocation/model/order.state.js';
import type { UnitPrice } from '../../src/kernel/money.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import { valueAt } from '../../src/kernel/step-function.js';
import type { Instant } from '../../src/kernel/time.js';
import type { RoomFor } from '../../src/allocation/model/auction.clearing.js';
import { clearNaively, type NaiveClearing } from './naive-clearing.js';
import { least, NaiveMatcher, type NaiveFill } from './naive-matcher.js';

/** More than anybody can have. */
const NO_LIMIT = 10n ** 15n as Quantity;

/** Who gets how much of an auction and what all of them pay, from the market right before it is cleared. */
function clearingOf(market: MarketState, now: Instant, lot: Listing): NaiveClearing {
  const { facts } = market.pools.get(lot.poolId)!;
  if (lot.window.start + facts.grid <= now) return { shares: new Map(), price: null };
  // All that is released by now is: bids of the book came before.
  const matcher = new NaiveMatcher(market, now, { releasedIds: new Set(market.pools.keys()) });
  const quantity = least(matcher.instantsOf(lot.window).map((at) => valueAt(lot.remaining, at))) as Quantity;
  const asBid = (buyerId: string, wanted: bigint): Order =>
    ({ orderId: `all of ${buyerId}`, buyerId, window: lot.window, quantity: wanted }) as unknown as Order;
  const roomFor: RoomFor = (buyerId, given) => {
    const taken = [...given].map(([id, got]): NaiveFill => ({ bid: asBid(id, got), ask: lot, quantity: got, unitPrice: 0n, amount: 0n }));
    const room = matcher.roomFor(asBid(buyerId, NO_LIMIT), lot, taken);
    return room === NO_LIMIT ? null : room;
  };
  const priceMax = matcher.capOn(lot) as UnitPrice | null;
  const bids = [...market.sealedBids.values()].filter(({ auctionId }) => auctionId === lot.listingId);
  return clearNaively({ quantity, lotSize: facts.lotSize, reservePrice: lot.unitPrice, priceMax }, bids, roomFor);
}

/**
 * Holds how an auction is cleared against the obvious clearing: each winner's share, one price for all, and
 * everybody's end. Says what it was an example of.
 *
 * @param market right before it
 * @param after what is told from its clearing on
 */
export function checkClearing(market: MarketState, now: Instant, after: readonly MarketEvent[]): string {
  const [cleared] = after;
  if (cleared?.type !== 'AuctionCleared') throw new Error('nothing is cleared');
  const { listingId } = cleared;
  const lot = market.listings.get(listingId)!;
  const others = [...market.listings.values()].flatMap(({ auction, sequence }) =>
    auction === null || auction.closesAt > now ? [] : [{ closesAt: auction.closesAt, sequence }],
  );
  // Those that closed first come first.
  const [first] = others.sort((a, b) => a.closesAt - b.closesAt || a.sequence - b.sequence);
  expect(first?.sequence).toBe(lot.sequence);
  const { shares, price } = clearingOf(market, now, lot);
  const fills = after.flatMap((event) => (event.type === 'OrderFilled' && event.listingId === listingId ? [event] : []));
  expect(new Map(fills.map(({ orderId, quantity }) => [orderId as string, quantity as bigint]))).toEqual(shares);
  expect(fills.filter(({ unitPrice }) => unitPrice !== price)).toEqual([]);
  expect(cleared.clearingPrice).toBe(price);
  const bids = [...market.sealedBids.values()].filter(({ auctionId }) => auctionId === listingId);
  const ends = after.flatMap((event) => (event.type === 'OrderClosed' ? [event.orderId as string] : []));
  expect(bids.filter(({ orderId }) => !ends.includes(orderId))).toEqual([]);
  if (shares.size === 0) return 'an auction that sells nothing';
  const limits = bids.map(({ limitPrice }) => limitPrice);
  if (new Set(limits).size < limits.length) return 'an auction with equal bids';
  return price === lot.unitPrice ? 'an auction at its reserve price' : 'an auction above its reserve price';
}
