import type { Market } from '../allocation/contract.js';
import type { CommandSubscription } from '../eventstore/subscription.js';
import { evidenceCodec } from '../metering/contract.js';
import { defineProcess } from './process.js';

/** What was measured of a pool decides which bids it may fill. */
export function evidenceLevels(market: Market): CommandSubscription {
  return defineProcess({
    name: 'evidence-levels',
    category: 'evidence',
    codec: evidenceCodec,
    react: (event) => {
      if (event.type !== 'EvidenceLevelChanged') return null;
      return market.rateEvidence(event.poolId, event);
    },
  });
}
