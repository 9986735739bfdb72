import { type Market } from '../allocation/contract.js';
import { systemContext } from '../eventstore/command-context.js';
import type { CommandSubscription } from '../eventstore/subscription.js';
import type { PoolId } from '../kernel/ids.js';
import { poolCodec, type PoolDirectory } from '../providers/contract.js';
import { defineProcess } from './process.js';

/** What a provider says of its pool, its market hears: registration, more capacity, other terms. */
export function poolOpening(pools: PoolDirectory, market: Market): CommandSubscription {
  return defineProcess({
    name: 'pool-opening',
    category: 'pool',
    codec: poolCodec,
    react: ({ poolId }) => open(pools, market, poolId),
  });
}

async function open(pools: PoolDirectory, market: Market, poolId: PoolId): Promise<void> {
  const facts = await pools.facts(poolId);
  if (facts === null) return;
  await market.openPool(facts, systemContext('open-pool', pools.openingKey(facts)));
}
