import type { RecordedEvent } from '../../eventstore/event.js';
import {
  defineProjection,
  type AnyProjection,
  type Row,
  type RowChange,
} from '../../eventstore/projection.js';
import { formatInstant } from '../../kernel/time.js';
import { usageCodec } from '../application/usage.codec.js';
import type { UsageEvent } from '../model/usage.events.js';

const TABLE = 'usage_hour';
const REVISIONS = 'usage_revision';

/** Rated hours as rows; a revision takes the place of the one before. */
export const usageProjection: AnyProjection = defineProjection<UsageEvent>({
  name: 'usage',
  category: 'usage',
  tables: [{ name: TABLE, key: ['reservation_id', 'hour'] }],
  codec: usageCodec,
  project,
});

/** Every revision as a row of its own, with its place in the log: what was known when. */
export const usageRevisions: AnyProjection = defineProjection<UsageEvent>({
  name: 'usage-revisions',
  category: 'usage',
  tables: [{ name: REVISIONS, key: ['holder_id', 'hour', 'reservation_id', 'revision'] }],
  codec: usageCodec,
  project: (event, recorded) => {
    const { transactionId: log_transaction, position: log_position } = recorded;
    const place = { log_transaction, log_position };
    return [{ kind: 'put', table: REVISIONS, row: { ...rowOf(event, recorded), ...place } }];
  },
});

function project(event: UsageEvent, recorded: RecordedEvent): readonly RowChange[] {
  const sides = { seller_id: event.sellerId, provider_id: event.providerId };
  return [{ kind: 'put', table: TABLE, row: { ...rowOf(event, recorded), ...sides } }];
}

function rowOf(event: UsageEvent, recorded: RecordedEvent): Row {
  const { counts } = event;
  return {
    reservation_id: event.reservationId,
    hour: formatInstant(event.hour),
    holder_id: event.holderId,
    revision: event.revision,
    events: event.events,
    input_tokens: counts.input,
    cached_tokens: counts.cachedInput,
    output_tokens: counts.output,
    reasoning_tokens: counts.reasoning,
    weighted: event.weighted,
    entitled: event.entitled,
    overage: event.overage,
    overage_amount: event.overageAmount,
    rated_at: formatInstant(recorded.occurredAt),
  };
}
