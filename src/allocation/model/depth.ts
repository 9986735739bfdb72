import type { PoolId } from '../../kernel/ids.js';
import type { UnitPrice } from '../../kernel/money.js';
import { minimumOver } from '../../kernel/step-function.js';
import type { Instant } from '../../kernel/time.js';
import { covers, type Window } from '../../kernel/window.js';
import type { OpenAsk, RestingBid } from './book.sides.js';
import type { MarketRejection } from './market.rejections.js';
import type { MarketState } from './market.state.js';
import { checkWindow } from './window.rules.js';

/** All of one side at one price. */
export interface DepthLevel {
  readonly unitPrice: UnitPrice;
  /** Tokens/s throughout the window. */
  readonly quantity: bigint;
  /** How many offers or orders it is made of. */
  readonly count: number;
  /** With all better levels of its side. */
  readonly cumulativeQuantity: bigint;
}

export interface Depth {
  /** Cheapest first. */
  readonly asks: readonly DepthLevel[];
  /** Dearest first. */
  readonly bids: readonly DepthLevel[];
}

export interface TopOfBook {
  readonly bestAsk: DepthLevel | null;
  readonly bestBid: DepthLevel | null;
  /** Best ask less best bid; null while a side is empty. */
  readonly spread: bigint | null;
}

/** The book for one window: what is offered, and what is wanted, throughout it. */
export function depthOf(
  asks: Iterable<OpenAsk>,
  bids: Iterable<RestingBid>,
  window: Window,
): Depth {
  const offered = new Levels();
  for (const ask of asks) {
    if (!covers(ask.window, window)) continue;
    const quantity = minimumOver(ask.remaining, window);
    if (quantity > 0n) offered.add(ask.unitPrice, quantity);
  }
  const wanted = new Levels();
  for (const bid of bids) {
    if (covers(bid.window, window)) wanted.add(bid.limitPrice, bid.remaining);
  }
  return { asks: offered.sorted(1), bids: wanted.sorted(-1) };
}

class Levels {
  private readonly byPrice = new Map<UnitPrice, { quantity: bigint; count: number }>();

  add(unitPrice: UnitPrice, quantity: bigint): void {
    const level = this.byPrice.get(unitPrice) ?? { quantity: 0n, count: 0 };
    level.quantity += quantity;
    level.count += 1;
    this.byPrice.set(unitPrice, level);
  }

  /** By rising price for 1, by falling price for -1. */
  sorted(direction: 1 | -1): readonly DepthLevel[] {
    let cumulativeQuantity = 0n;
    return [...this.byPrice]
      .sort(([a], [b]) => (a < b ? -direction : direction))
      .map(([unitPrice, { quantity, count }]) => {
        cumulativeQuantity += quantity;
        return { unitPrice, quantity, count, cumulativeQuantity };
      });
  }
}

export function topOf({ asks, bids }: Depth): TopOfBook {
  const [bestAsk = null] = asks;
  const [bestBid = null] = bids;
  const isTwoSided = bestAsk !== null && bestBid !== null;
  return { bestAsk, bestBid, spread: isTwoSided ? bestAsk.unitPrice - bestBid.unitPrice : null };
}

/** The pools whose capacity can be bought for exactly this window. */
export function poolsOpenFor(
  { pools }: MarketState,
  window: Window,
  now: Instant,
): ReadonlySet<PoolId> {
  const open = [...pools].filter(([, { facts }]) => checkWindow(window, facts.grid, now) === null);
  return new Set(open.map(([poolId]) => poolId));
}

/** Why nothing can be bought for this window, as the pool of the finest grid says it; null when it can. */
export function refusalOf(
  { pools }: MarketState,
  window: Window,
  now: Instant,
): MarketRejection | null {
  const grids = [...pools.values()].map(({ facts }) => facts.grid).sort((a, b) => a - b);
  const refusals = grids.map((grid) => checkWindow(window, grid, now));
  return refusals.includes(null) ? null : (refusals[0] ?? null);
}
