import type { RecordedEvent } from '../../eventstore/event.js';
import {
  defineProjection,
  type AnyProjection,
  type RowChange,
  type RowObject,
} from '../../eventstore/projection.js';
import { formatInstant } from '../../kernel/time.js';
import { usageCodec } from '../application/usage.codec.js';
import { assertNever } from '../../kernel/assert.js';
import type { CountsDisputed } from '../model/count-dispute.events.js';
import type { TokenCounts } from '../model/token-counts.js';
import type { UsageEvent, UsageHourRated } from '../model/usage.events.js';

const TABLE = 'usage_hour';
const DISPUTE = 'count_dispute';

/** Rated hours as rows, and disputes about their counts; a revision takes the place of the one before. */
export const usageProjection: AnyProjection = defineProjection<UsageEvent>({
  name: 'usage',
  category: 'usage',
  tables: [
    { name: TABLE, key: ['reservation_id', 'hour'] },
    { name: DISPUTE, key: ['reservation_id', 'hour'] },
  ],
  codec: usageCodec,
  project,
});

function project(event: UsageEvent, recorded: RecordedEvent): readonly RowChange[] {
  const ended_at = formatInstant(recorded.occurredAt);
  const key = { reservation_id: event.reservationId, hour: formatInstant(event.hour) };
  switch (event.type) {
    case 'UsageHourRated':
      return rated(event, recorded);
    case 'CountsDisputed':
      return [{ kind: 'put', table: DISPUTE, row: disputeRow(event) }];
    case 'CountsConceded': {
      const { position, concededBy: conceded_by, note } = event;
      const values = { state: 'conceded', position, conceded_by, note, ended_at };
      return [{ kind: 'set', table: DISPUTE, key, values }];
    }
    case 'CountDisputeLapsed':
      return [{ kind: 'set', table: DISPUTE, key, values: { state: 'lapsed', ended_at } }];
    default:
      return assertNever(event);
  }
}

function disputeRow(event: CountsDisputed): RowObject {
  const { evidence, rule, terms } = event;
  const { records, differing, samples } = evidence;
  return {
    ...{ reservation_id: event.reservationId, hour: formatInstant(event.hour) },
    ...{ holder_id: event.holderId, seller_id: event.sellerId, provider_id: event.providerId },
    ...{ revision: event.revision, records, differing },
    billed: countsColumn(evidence.billed),
    counted: countsColumn(evidence.counted),
    claimed: countsColumn(evidence.claimed),
    samples: samples.map((sample) => ({ ...sample })),
    rule: { ...rule },
    terms: { ...terms, weights: { ...terms.weights } },
    ...{ opened_at: formatInstant(event.openedAt), until: formatInstant(event.until) },
    ...{ state: 'open', position: null, conceded_by: null, note: null, ended_at: null },
  };
}

const countsColumn = (counts: TokenCounts): RowObject => ({ ...counts });

function rated(event: UsageHourRated, recorded: RecordedEvent): readonly RowChange[] {
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
