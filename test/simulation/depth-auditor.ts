import type { MarketAuditor, OpenListing } from './market-auditor.js';
import type { PoolBook, RawWindow } from './pool-book.js';
import { found } from './violation.js';

/** One price of a side, as it is told: `60 at 90, 2 of them, 160 in all`. */
export type Level = string;

export interface ShownBook {
  readonly asks: readonly Level[];
  readonly bids: readonly Level[];
}

export interface ShownStep {
  readonly start: number;
  readonly quantity: bigint;
  readonly bestPrice: bigint | null;
}

/** The least that an ask has left in any cell that a window touches. */
function leastIn(pool: PoolBook, listingId: string, { start, end }: RawWindow): number {
  const offered = found(pool.claimed(listingId), `offer ${listingId}`);
  let least = Infinity;
  for (let cell = Math.floor(start / pool.grid); cell * pool.grid < end; cell += 1) least = Math.min(least, offered.at(cell));
  return least;
}

const isSold = ({ grid }: PoolBook, { start, end }: RawWindow, now: number): boolean =>
  start % grid === 0 && end % grid === 0 && start >= now - (now % grid);

/** What everybody may see of a market's book: every price and every hour is looked at by itself. */
export class DepthAuditor {
  constructor(private readonly market: MarketAuditor) {}

  /** The book of one window; text: why nothing can be bought for it. */
  bookOf(window: RawWindow, now: number): ShownBook | string {
    const pools = [...this.market.pools.values()].sort((a, b) => a.grid - b.grid);
    if (!pools.some((pool) => isSold(pool, window, now))) {
      const [finest] = pools;
      const isOnGrid = finest !== undefined && window.start % finest.grid === 0 && window.end % finest.grid === 0;
      return isOnGrid ? 'WINDOW_IN_PAST' : 'OFF_GRID';
    }
    const asks = this.asks().flatMap((ask): [bigint, bigint][] => {
      const pool = this.market.pool(ask.poolId);
      const least = isSold(pool, window, now) ? leastIn(pool, ask.listingId, window) : 0;
      return least > 0 ? [[ask.unitPrice, BigInt(least)]] : [];
    });
    const wanting = [...this.market.orders.live.values()].filter(
      (bid) => bid.expiresAt > now && bid.window.start <= window.start && window.end <= bid.window.end,
    );
    const bids = wanting.map(({ limitPrice, remaining }): [bigint, bigint] => [limitPrice, BigInt(remaining)]);
    return { asks: levels(asks, 1), bids: levels(bids, -1) };
  }

  /** So many steps of a length from an instant on: what is offered throughout each. */
  stepsOf({ from, step, count }: { readonly from: number; readonly step: number; readonly count: number }, now: number): readonly ShownStep[] {
    return Array.from({ length: count }, (_, index) => {
      const start = from + index * step;
      let [quantity, bestPrice]: [bigint, bigint | null] = [0n, null];
      for (const { listingId, poolId, unitPrice } of this.asks()) {
        const pool = this.market.pool(poolId);
        if (start < now - (now % pool.grid)) continue;
        const least = BigInt(leastIn(pool, listingId, { start, end: start + step }));
        if (least <= 0n) continue;
        quantity += least;
        if (bestPrice === null || unitPrice < bestPrice) bestPrice = unitPrice;
      }
      return { start, quantity, bestPrice };
    });
  }

  /** At a price that everybody sees: auctions have none. */
  private asks(): readonly OpenListing[] {
    return [...this.market.listings.values()].filter(({ isAuction }) => !isAuction);
  }
}

/** Price by price, the best first: for 1 the lowest is. */
function levels(offers: readonly (readonly [price: bigint, quantity: bigint])[], direction: 1 | -1): readonly Level[] {
  const prices = [...new Set(offers.map(([price]) => price))].sort((a, b) => (a < b ? -direction : direction));
  let before = 0n;
  return prices.map((price) => {
    const same = offers.filter(([other]) => other === price);
    const quantity = same.reduce((sum, [, more]) => sum + more, 0n);
    before += quantity;
    return `${quantity} at ${price}, ${same.length} of them, ${before} in all`;
  });
}
