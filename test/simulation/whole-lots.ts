import type { PoolFacts } from '../../src/allocation/model/market.terms.js';
import { promises } from '../../src/allocation/model/order.constraints.js';
import type { MicroUsd } from '../../src/kernel/money.js';
import type { Quantity } from '../../src/kernel/quantity.js';
import type { MarketAuditor } from './market-auditor.js';
import type { Content } from './requests.js';
import { worstCase } from './rounding.js';

type Asking = Extract<Content, { readonly quantity: Quantity }>;

const isAsking = (content: Content): content is Asking => 'quantity' in content;

/** What somebody asks for, as somebody does who knows what it is traded in. */
export function inWholeLots(
  content: Content,
  book: MarketAuditor,
  pools: readonly PoolFacts[],
): Content {
  if (!isAsking(content) || content.type === 'CurtailPool') return content;
  const lotSize = lotSizeOf(content, book, pools);
  if (lotSize === 1n) return content;
  const whole = (asked: bigint): Quantity => (((asked + lotSize - 1n) / lotSize) * lotSize) as Quantity;
  const quantity = whole(content.quantity);
  if (!('minimumFill' in content)) return { ...content, quantity } as Content;
  const minimumFill = content.minimumFill === 1n ? content.minimumFill : whole(content.minimumFill);
  const window = 'window' in content ? content.window : book.listings.get(content.auctionId)?.window;
  if (window === undefined) return content;
  const { limitPrice } = content;
  const due = (size: bigint): bigint => worstCase(limitPrice, Number(size), window);
  const reserved = (content.reserved + due(quantity) - due(content.quantity)) as MicroUsd;
  return { ...content, quantity, minimumFill, reserved };
}

function lotSizeOf(content: Asking, book: MarketAuditor, pools: readonly PoolFacts[]): bigint {
  // Of those that an order may reach nobody knows which it will.
  if (content.type === 'PlaceOrder' || content.type === 'AmendOrder') {
    const reached = pools.filter(({ attributes }) => content.type === 'AmendOrder' || promises(content.constraints, attributes));
    const lots = (reached.length > 0 ? reached : pools).map(({ lotSize }) => lotSize);
    return lots.reduce<bigint>((least, lot) => (lot < least ? lot : least), lots[0] ?? 1n);
  }
  const poolId = poolIdOf(content, book);
  return pools.find((facts) => facts.poolId === poolId)?.lotSize ?? 1n;
}

function poolIdOf(
  content: Exclude<Asking, { readonly type: 'PlaceOrder' | 'AmendOrder' }>,
  { listings, reservations }: MarketAuditor,
): string | undefined {
  if ('poolId' in content) return content.poolId;
  if ('sourceId' in content) return reservations.get(content.sourceId)?.poolId;
  if ('listingId' in content) return listings.get(content.listingId)?.poolId;
  return 'auctionId' in content ? listings.get(content.auctionId)?.poolId : undefined;
}
