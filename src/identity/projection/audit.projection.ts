import { categoryOf, metadataOf } from '../../eventstore/event.js';
import type { AnyProjection } from '../../eventstore/projection.js';
import { formatInstant } from '../../kernel/time.js';

const TABLE = 'audited_event';

/** What people and programs did that is in the log: one entry for each event that they caused. */
export const auditProjection: AnyProjection = {
  name: 'audit',
  category: 'all',
  tables: [{ name: TABLE, key: ['entry_id'] }],
  changesOf: (recorded) => {
    const { stream, version, type, occurredAt } = recorded;
    const { actor, organizationId } = metadataOf(recorded);
    if (organizationId === undefined) return [];
    const row = {
      entry_id: `${stream} ${version}`,
      at: formatInstant(occurredAt),
      organization_id: organizationId,
      actor,
      action: `${categoryOf(stream)}.${type}`,
      subject: stream,
    };
    return [{ kind: 'put', table: TABLE, row }];
  },
};
