import type { RecordedEvent } from '../../eventstore/event.js';
import {
  defineProjection,
  type AnyProjection,
  type RowChange,
  type RowObject,
} from '../../eventstore/projection.js';
import { assertNever } from '../../kernel/assert.js';
import { formatInstant, type Instant } from '../../kernel/time.js';
import { serviceCodec } from '../application/service.codec.js';
import { FIGURES, type ServiceEvent, type ServiceHourJudged } from '../model/service-hour.events.js';

const TABLE = 'service_hour';

/** Judged hours as rows; a revision takes the place of the one before, and its dispute stays. */
export const serviceProjection: AnyProjection = defineProjection<ServiceEvent>({
  name: 'service',
  category: 'slo',
  tables: [{ name: TABLE, key: ['reservation_id', 'hour'] }],
  codec: serviceCodec,
  project,
});

const NOT_DISPUTED = {
  dispute: null,
  dispute_reason: null,
  dispute_opened_by: null,
  dispute_opened_at: null,
  dispute_note: null,
  dispute_resolved_at: null,
};

function project(event: ServiceEvent, { occurredAt }: RecordedEvent): readonly RowChange[] {
  const { reservationId: reservation_id } = event;
  const key = { reservation_id, hour: formatInstant(event.hour) };
  const set = (values: RowObject): readonly RowChange[] => [{ kind: 'set', table: TABLE, key, values }];
  const at = formatInstant(occurredAt as Instant);
  switch (event.type) {
    case 'ServiceHourJudged': {
      const values = judgedColumns(event);
      if (event.revision > 1) return set(values);
      return [{ kind: 'put', table: TABLE, row: { ...key, ...values, ...NOT_DISPUTED } }];
    }
    case 'CreditDisputed':
      return set({
        ...{ dispute: 'open', dispute_reason: event.reason },
        ...{ dispute_opened_by: event.openedBy, dispute_opened_at: at },
      });
    case 'DisputeResolved':
      return set({ dispute: event.outcome, dispute_note: event.note, dispute_resolved_at: at });
    default:
      return assertNever(event);
  }
}

function judgedColumns(event: ServiceHourJudged): RowObject {
  const { verdict, credit, terms } = event;
  const misses = verdict.kind === 'breached' ? verdict.misses.map((miss) => ({ ...miss })) : [];
  const steps = terms.credits.steps.map((step) => ({ ...step }));
  return {
    ...{ holder_id: event.holderId, seller_id: event.sellerId, provider_id: event.providerId },
    ...{ revision: event.revision, verdict: verdict.kind, misses },
    evidence: evidenceColumn(event),
    terms: {
      ...{ objectives: { ...terms.objectives }, contextLength: terms.contextLength },
      credits: { samplesMin: terms.credits.samplesMin, steps, exclusions: [...terms.credits.exclusions] },
    },
    ...{ terms_version: event.termsVersion, profile_version: event.profileVersion },
    ...{ credit_share: credit.share, credit_area: credit.area },
    judged_at: formatInstant(event.judgedAt),
  };
}

function evidenceColumn({ evidence }: ServiceHourJudged): RowObject {
  const { records, measured, figures, sketchDigest } = evidence;
  const { requests, excluded, ttft, streamSpeed, answered } = measured;
  const shown = Object.fromEntries(FIGURES.map((figure) => [figure, { ...figures[figure] }]));
  return {
    ...{ records, figures: shown, sketchDigest },
    measured: {
      ...{ requests, answered, excluded: { ...excluded } },
      ...{ ttft: { ...ttft }, streamSpeed: { ...streamSpeed } },
    },
  };
}
