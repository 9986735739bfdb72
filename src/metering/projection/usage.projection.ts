import type { RecordedEvent } from '../../eventstore/event.js';
import {
  defineProjection,
  type AnyProjection,
  type RowChange,
} from '../../eventstore/projection.js';
import { formatInstant } from '../../kernel/time.js';
import { usageCodec } from '../application/usage.codec.js';
import type { UsageEvent } from '../model/usage.events.js';

const TABLE = 'usage_hour';

/** Rated hours as rows; a revision takes the place of the one before. */
export const usageProjection: AnyProjection = defineProjection<UsageEvent>({
  name: 'usage',
  category: 'usage',
  tables: [{ name: TABLE, key: ['reservation_id', 'hour'] }],
  codec: usageCodec,
  project,
});

function project(event: UsageEvent, recorded: RecordedEvent): readonly RowChange[] {
  const { counts } = event;
  const row = {
    reservation_id: event.reservationId,
    hour: formatInstant(event.hour),
    holder_id: event.holderId,
    seller_id: event.sellerId,
    provider_id: event.providerId,
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
  return [{ kind: 'put', table: TABLE, row }];
}
