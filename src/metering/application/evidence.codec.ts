import { z } from 'zod';
import { instant, integer, text } from '../../eventstore/codec-fields.js';
import { defineCodec, type EventCodec } from '../../eventstore/event-codec.js';
import type { MarketId, OrganizationId, PoolId } from '../../kernel/ids.js';
import {
  EVIDENCE_LEVELS,
  EVIDENCE_SOURCES,
  WATCHED,
  type EvidenceEvent,
} from '../model/pool-evidence.events.js';

const count = integer<number>();
const level = z.enum(EVIDENCE_LEVELS);
const pool = {
  ...{ poolId: text<PoolId>(), marketId: text<MarketId>(), providerId: text<OrganizationId>() },
  profileVersion: count,
};
const watch = { source: z.enum(EVIDENCE_SOURCES), figure: z.enum(WATCHED) };
const sampled = z.object({ samples: count, value: count.nullable() });

/** How a pool's evidence stands in the log. */
export const evidenceCodec: EventCodec<EvidenceEvent> = defineCodec<EvidenceEvent>({
  EvidenceLevelChanged: {
    schema: z.object({
      ...{ ...pool, change: count, level, before: level },
      counts: z.object({ served: count, probed: count, isContractKept: z.boolean().nullable() }),
    }),
  },
  RegressionRaised: {
    schema: z.object({ ...pool, ...watch, recent: sampled, baseline: sampled, raisedAt: instant }),
  },
  RegressionEnded: {
    schema: z.object({ ...pool, ...watch, outcome: z.enum(['recovered', 'void']), endedAt: instant }),
  },
});
