import type { RecordedEvent } from '../../eventstore/event.js';
import {
  defineProjection,
  type AnyProjection,
  type RowChange,
  type RowObject,
} from '../../eventstore/projection.js';
import { assertNever } from '../../kernel/assert.js';
import { formatInstant } from '../../kernel/time.js';
import { evidenceCodec } from '../application/evidence.codec.js';
import type { EvidenceEvent, RegressionRaised } from '../model/pool-evidence.events.js';

const LEVEL = 'pool_level';
const ALARM = 'pool_alarm';

/** Levels of pools, and the alarms that are on. */
export const evidenceProjection: AnyProjection = defineProjection<EvidenceEvent>({
  name: 'evidence',
  category: 'evidence',
  tables: [
    { name: LEVEL, key: ['pool_id'] },
    { name: ALARM, key: ['pool_id', 'source', 'figure'] },
  ],
  codec: evidenceCodec,
  project,
});

function project(event: EvidenceEvent, { occurredAt }: RecordedEvent): readonly RowChange[] {
  const { poolId: pool_id, profileVersion: profile_version } = event;
  switch (event.type) {
    case 'EvidenceLevelChanged': {
      const values = { level: event.level, profile_version, changed_at: formatInstant(occurredAt) };
      return [{ kind: 'put', table: LEVEL, row: { pool_id, ...values } }];
    }
    case 'RegressionRaised':
      return [{ kind: 'put', table: ALARM, row: { pool_id, profile_version, ...alarmColumns(event) } }];
    case 'RegressionEnded': {
      const { source, figure } = event;
      return [{ kind: 'remove', table: ALARM, key: { pool_id, source, figure } }];
    }
    default:
      return assertNever(event);
  }
}

function alarmColumns({ source, figure, providerId, recent, baseline, raisedAt }: RegressionRaised): RowObject {
  return {
    ...{ source, figure, provider_id: providerId },
    ...{ recent: recent.value ?? 0, recent_samples: recent.samples },
    ...{ baseline: baseline.value ?? 0, baseline_samples: baseline.samples },
    raised_at: formatInstant(raisedAt),
  };
}
