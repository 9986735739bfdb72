import type { MarketCommand } from '../../src/allocation/model/market.commands.js';
import { costUpTo } from '../../src/allocation/model/titles.js';
import type { ListingId, OrderId } from '../../src/kernel/ids.js';
import type { Window } from '../../src/kernel/window.js';
import { BUYER, hour, hours, POOL, price, PROVIDER, tokens } from './market.js';

type Untimed<Type extends MarketCommand['type']> = Omit<
  Extract<MarketCommand, { readonly type: Type }>,
  'now' | 'seed'
>;

/** What is auctioned unless a test says otherwise: hours 24 to 28, bids from hour 1 until hour 10. */
export const AUCTIONED: Window = hours(24, 28);

/** 100 tokens/s for four hours, nothing below 60. */
export const auction = (
  id: string,
  changes: Readonly<Record<string, unknown>> = {},
): Untimed<'OpenAuction'> =>
  ({
    type: 'OpenAuction',
    listingId: id as ListingId,
    poolId: POOL,
    sellerId: PROVIDER,
    source: { kind: 'pool' },
    window: AUCTIONED,
    quantity: tokens(100),
    reservePrice: price(60),
    opensAt: hour(1),
    closesAt: hour(10),
    ...changes,
  }) as Untimed<'OpenAuction'>;

/** A bid in auction `A`; the reserve is what it may cost. */
export function sealed(
  id: string,
  quantity: number,
  limit: number,
  changes: Readonly<Record<string, unknown>> = {},
): Untimed<'PlaceAuctionBid'> {
  return {
    type: 'PlaceAuctionBid',
    orderId: id as OrderId,
    auctionId: 'A' as ListingId,
    buyerId: BUYER,
    quantity: tokens(quantity),
    limitPrice: price(limit),
    minimumFill: tokens(1),
    reserved: costUpTo(price(limit), tokens(quantity), AUCTIONED),
    ...changes,
  } as Untimed<'PlaceAuctionBid'>;
}
