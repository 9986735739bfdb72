import { z } from 'zod';
import { jsonSnapshot } from '../../eventstore/json-snapshot.js';
import type { StreamDefinition } from '../../eventstore/stream-definition.js';
import type { PoolId } from '../../kernel/ids.js';
import { HOUR_MS, plus, type Instant } from '../../kernel/time.js';
import { jobType, toMessage, type JobMessage } from '../../platform/queue/job.js';
import { evidenceDecider, type AssessPool, type EvidenceState } from '../model/pool-evidence.decide.js';
import type { EvidenceEvent, EvidenceLevel } from '../model/pool-evidence.events.js';
import { evidenceCodec } from './evidence.codec.js';

/** Sends some small requests to a pool that has nothing better to do, and looks at what is known of it. */
export const probePoolJob = jobType(
  'metering',
  'probe-pool',
  z.object({ poolId: z.string(), slot: z.number().int() }),
);

/** Once an hour, and once for each reason that is not the hour. */
export function probePoolMessage(poolId: PoolId, runAt: Instant, why: string | null): JobMessage {
  const dedupeKey = `${poolId} ${why ?? runAt}`;
  return toMessage(probePoolJob, { poolId, slot: runAt }, { runAt, dedupeKey });
}

/** Missed hours are not made up for. */
export const nextSlot = (now: Instant): Instant =>
  plus((Math.floor(now / HOUR_MS) * HOUR_MS) as Instant, HOUR_MS);

/** Everything the log knows of what was measured of pools: one stream each, `evidence-<pool id>`. */
export const evidenceDefinition: StreamDefinition<
  EvidenceState,
  AssessPool,
  EvidenceEvent,
  never,
  { readonly level: EvidenceLevel | null }
> = {
  category: 'evidence',
  decider: evidenceDecider,
  codec: evidenceCodec,
  answer: (_command, events) => {
    const changed = events.find((event) => event.type === 'EvidenceLevelChanged');
    return { level: changed?.level ?? null };
  },
  schedule: () => [],
  snapshot: jsonSnapshot<EvidenceState>({ schemaVersion: 1, everyEvents: 200 }),
  audit: () => undefined,
};
