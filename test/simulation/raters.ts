import type { EvidenceLevel } from '../../src/allocation/model/order.state.js';
import type { MarketId, PoolId } from '../../src/kernel/ids.js';
import type { MarketAuditor } from './market-auditor.js';
import type { SeededRandom } from './random.js';
import type { Wish } from './traders.js';

/** Who measures pools, and tells the market of each change of what is known of one. */
export class Raters {
  constructor(
    private readonly random: SeededRandom,
    private readonly bookOf: (marketId: MarketId) => MarketAuditor,
  ) {}

  /** Mostly what comes next; now and then what is old, or what is ahead of something that comes later. */
  rate(marketId: MarketId): ReturnType<Wish> {
    const pool = this.random.pickAny(this.bookOf(marketId).pools.values());
    if (pool === null) return null;
    const step = this.random.weighted([[8, 1], [1, 0], [1, -1], [1, 2]]);
    const change = Math.max(1, pool.evidence.change + step);
    const level = this.random.pick<EvidenceLevel>(['L1', 'L2', 'L3', 'L3']);
    return ['measuring', { type: 'RateEvidence', poolId: pool.poolId as PoolId, level, change }];
  }
}
