import type { OpenListing } from './live.js';
import type { MarketAuditor } from './market-auditor.js';
import type { Claim, PoolBook, RawWindow } from './pool-book.js';
import type { RawConstraints } from './raw-terms.js';
import { found } from './violation.js';

const WHOLE = 10_000;

/** An order that is filled whole and at once, or not at all. */
export interface Sought {
  readonly buyerId: string;
  readonly window: RawWindow;
  readonly constraints: RawConstraints;
  /** Null: whatever it costs. */
  readonly limitPrice: bigint | null;
  readonly now: number;
}

interface Fill {
  readonly poolId: string;
  readonly quantity: number;
  readonly amount: bigint;
}

const sumOf = (fills: readonly Fill[]): number => fills.reduce((sum, { quantity }) => sum + quantity, 0);

/** How much of an order for so much can be filled. */
export const mostOf = (market: MarketAuditor, sought: Sought, quantity: number): number =>
  sumOf(fillsOf(market, sought, quantity));

/** What it gets: the cheapest first; where lots then leave it without all of it, larger lots first. */
export function fillsOf(market: MarketAuditor, sought: Sought, quantity: number): readonly Fill[] {
  const asks = asksFor(market, sought);
  const fills = takeFrom(market, asks, sought, quantity);
  if (sumOf(fills) === quantity) return fills;
  const lotOf = ({ poolId }: OpenListing): number => market.pool(poolId).lotSize;
  const others = takeFrom(market, [...asks].sort((a, b) => lotOf(b) - lotOf(a)), sought, quantity);
  return sumOf(others) > sumOf(fills) ? others : fills;
}

function asksFor(market: MarketAuditor, { buyerId, window, constraints, limitPrice, now }: Sought): readonly OpenListing[] {
  const { orders } = market;
  const isAsk = ({ sellerId, isAuction, unitPrice, window: offered, poolId }: OpenListing): boolean => {
    const { grid, evidence } = market.pool(poolId);
    const isTerms = !isAuction && sellerId !== buyerId && (limitPrice === null || unitPrice <= limitPrice);
    const isShown = evidence.level >= constraints.evidenceMin && orders.bids.promises(poolId, constraints);
    const isOnGrid = window.start % grid === 0 && window.end % grid === 0;
    const isAhead = window.start >= Math.floor(now / grid) * grid;
    return isTerms && isShown && isOnGrid && isAhead && offered.start <= window.start && window.end <= offered.end;
  };
  return [...market.listings.values()].filter(isAsk).sort((a, b) => orders.compareAsks(a, b));
}

/** Of one ask after the other as much as there is, as the provider's share allows, and as its buyer may have. */
function takeFrom(market: MarketAuditor, asks: readonly OpenListing[], sought: Sought, wanted: number): readonly Fill[] {
  const { providerShareMax } = sought.constraints;
  const ofOne = providerShareMax === null ? Infinity : Math.floor((wanted * providerShareMax) / WHOLE);
  const byProvider = new Map<string, number>();
  const claims = new Map<string, Claim[]>();
  const fills: Fill[] = [];
  for (const ask of asks) {
    const pool = market.pool(ask.poolId);
    const before = claims.get(ask.poolId) ?? [];
    claims.set(ask.poolId, before);
    const got = byProvider.get(pool.providerId) ?? 0;
    const most = Math.min(offeredBy(pool, ask, sought.window), wanted - sumOf(fills), ofOne - got);
    const lots = lotsFor(Math.floor(most / pool.lotSize), (count) => {
      const claim = claimOf(pool, ask, sought, count * pool.lotSize);
      return pool.supposing([...before, claim], () => isAllowed(market, pool, sought));
    });
    if (lots === 0) continue;
    const quantity = lots * pool.lotSize;
    before.push(claimOf(pool, ask, sought, quantity));
    byProvider.set(pool.providerId, got + quantity);
    fills.push({ poolId: ask.poolId, quantity, amount: market.priceOf(ask, quantity, sought.window) });
  }
  return fills;
}

/** The most lots that are allowed: of more than are, none is. */
function lotsFor(most: number, isFit: (count: number) => boolean): number {
  if (most <= 0) return 0;
  if (isFit(most)) return most;
  let [fit, unfit] = [0, most];
  while (unfit - fit > 1) {
    const middle = Math.floor((fit + unfit) / 2);
    if (isFit(middle)) fit = middle;
    else unfit = middle;
  }
  return fit;
}

function offeredBy(pool: PoolBook, { listingId }: OpenListing, window: RawWindow): number {
  const offered = found(pool.claimed(listingId), `offer ${listingId}`);
  const [from, until] = pool.cellsOf(window);
  let least = Infinity;
  for (let cell = from; cell < until; cell += 1) least = Math.min(least, offered.at(cell));
  return least;
}

const claimOf = (pool: PoolBook, { lotId }: OpenListing, { buyerId, window }: Sought, quantity: number): Claim => ({
  ...{ lotId, holderId: buyerId, cells: pool.rectangle(window, quantity) },
});

const isAllowed = ({ setAsides }: MarketAuditor, pool: PoolBook, { buyerId, window, now }: Sought): boolean =>
  !pool.isAboveCap(buyerId, window) && setAsides.hasRoom(pool, buyerId, window, now);
