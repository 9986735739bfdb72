import { accept, reject, type Decision } from '../../kernel/decider.js';
import type { RateEvidence } from './market.commands.js';
import type { MarketEvent } from './market.events.js';
import type { MarketRejection } from './market.rejections.js';
import type { MarketState } from './market.state.js';
import { Matching } from './matching.js';
import { isEvidenced } from './order.constraints.js';

/**
 * What is known of a pool has changed, and bids that waited for it are served in their turn. What was bought
 * stays bought when the level falls. News that are older than what is known change nothing.
 */
export function rateEvidence(
  { poolId, level, change, ...sent }: RateEvidence,
  state: MarketState,
): Decision<MarketEvent, MarketRejection> {
  const pool = state.pools.get(poolId);
  if (pool === undefined) return reject({ code: 'POOL_NOT_FOUND' });
  if (change <= pool.evidence.change) return accept();
  const matching = new Matching(state, sent);
  matching.rooms.rated(poolId, level);
  const before = pool.evidence.level;
  const waited = [...state.orders.values()].filter(
    ({ constraints }) => isEvidenced(constraints, level) && !isEvidenced(constraints, before),
  );
  matching.serve(waited);
  return accept<MarketEvent>({ type: 'PoolEvidenceRated', poolId, level, change }, ...matching.outcome());
}
