import type { CommandSubscription } from '../eventstore/subscription.js';
import type { PoolProbes } from '../metering/contract.js';
import { poolCodec } from '../providers/contract.js';
import { defineProcess } from './process.js';

/**
 * A pool is looked at as soon as anything about it changes, and then every hour. Another serving profile makes
 * void what was measured before.
 */
export function poolProbing(probes: PoolProbes): CommandSubscription {
  return defineProcess({
    name: 'pool-probing',
    category: 'pool',
    codec: poolCodec,
    react: ({ poolId }, { version }) => probes.schedule(poolId, `change ${version}`),
  });
}
