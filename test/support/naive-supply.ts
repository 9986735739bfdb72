import type { MarketState } from '../../src/allocation/model/market.state.js';
import type { Order } from '../../src/allocation/model/order.state.js';
import type { PoolId } from '../../src/kernel/ids.js';
import { MINUTE_MS, type Instant } from '../../src/kernel/time.js';
import type { Window } from '../../src/kernel/window.js';
import { isShownAsWanted, promisesAll } from './naive-constraints.js';

/** What a bid got, and of what. */
export interface Arrival {
  readonly poolId: PoolId;
  readonly sellerId: string;
  readonly asked: bigint;
  readonly ask: Window;
  readonly window: Window;
  readonly quantity: bigint;
  readonly wantedSince: Instant;
  readonly cameAt: Instant;
  readonly isSealed: boolean;
}

const CELL = 15 * MINUTE_MS;

/** One arrival after the other, cell by cell of the bid's window: in tokens/s x ms. */
export function naiveSupply({ pools }: MarketState, order: Order, arrivals: readonly Arrival[], since: Instant): bigint {
  const { window, limitPrice, buyerId, remaining, constraints } = order;
  let sum = 0n;
  for (const { poolId, sellerId, asked, ask, ...came } of arrivals) {
    const { facts, evidence } = pools.get(poolId)!;
    const isGrid = window.start % facts.grid === 0 && window.end % facts.grid === 0;
    const isTerms = promisesAll(constraints, facts.attributes) && isShownAsWanted(constraints, evidence);
    const hasWaited = !came.isSealed && came.cameAt > came.wantedSince && came.cameAt >= since;
    const isAsk = sellerId !== buyerId && asked <= limitPrice && remaining >= facts.lotSize;
    if (!isGrid || !isTerms || !hasWaited || !isAsk) continue;
    for (let cell = window.start; cell < window.end; cell = (cell + CELL) as Instant) {
      // A fill covers a bid's whole window: what the ask has not, it could not have had.
      if (ask.start > window.start || ask.end < window.end) break;
      if (came.window.start <= cell && cell < came.window.end) sum += came.quantity * BigInt(CELL);
    }
  }
  return sum;
}
