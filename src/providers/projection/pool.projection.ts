import { assertNever } from '../../kernel/assert.js';
import type { Segment } from '../../kernel/step-function.js';
import { formatInstant } from '../../kernel/time.js';
import type { RecordedEvent } from '../../eventstore/event.js';
import {
  defineProjection,
  type AnyProjection,
  type RowChange,
  type Row,
  type RowObject,
} from '../../eventstore/projection.js';
import { poolCodec } from '../application/pool.codec.js';
import type { PoolEvent, PoolRegistered } from '../model/pool.events.js';
import type { PoolTerms, ServingProfile } from '../model/pool.js';

const TABLE = 'pool';

/** Pools as rows. */
export const poolProjection: AnyProjection = defineProjection<PoolEvent>({
  name: 'pool',
  category: 'pool',
  tables: [{ name: TABLE, key: ['pool_id'] }],
  codec: poolCodec,
  project,
});

function project(event: PoolEvent, recorded: RecordedEvent): readonly RowChange[] {
  switch (event.type) {
    case 'PoolRegistered':
      return [{ kind: 'put', table: TABLE, row: registeredRow(event, recorded) }];
    case 'NameplateExtended':
      return [set(event.poolId, { nameplate: segmentsColumn(event.nameplate) })];
    case 'ServingProfileChanged': {
      const { profile, profileVersion: profile_version } = event;
      return [set(event.poolId, { profile: profileColumn(profile), profile_version })];
    }
    case 'TermsChanged':
      return [set(event.poolId, { terms: termsColumn(event.terms) })];
    case 'EndpointChanged':
      return [set(event.poolId, { endpoint: { ...event.endpoint } })];
    default:
      return assertNever(event);
  }
}

function registeredRow(event: PoolRegistered, recorded: RecordedEvent): Row {
  return {
    pool_id: event.poolId,
    market_id: event.marketId,
    provider_id: event.providerId,
    name: event.name,
    platform: event.platform,
    region: event.region,
    residency: event.residency,
    grid_ms: event.grid,
    lot_size: event.lotSize,
    nameplate: segmentsColumn(event.nameplate),
    profile: profileColumn(event.profile),
    profile_version: 1,
    service_level: { ...event.serviceLevel },
    endpoint: { ...event.endpoint },
    terms: termsColumn(event.terms),
    registered_at: formatInstant(recorded.occurredAt),
  };
}

function set(pool_id: string, values: Row): RowChange {
  return { kind: 'set', table: TABLE, key: { pool_id }, values };
}

function segmentsColumn(segments: readonly Segment[]): readonly RowObject[] {
  return segments.map(({ window, value }) => ({
    window: { ...window },
    quantity: value.toString(),
  }));
}

function profileColumn(profile: ServingProfile): RowObject {
  return { ...profile, weights: { ...profile.weights } };
}

function termsColumn({ curtailment, ...terms }: PoolTerms): RowObject {
  const { resale, cancellation, overagePrice, buyerShareMax, setAside } = terms;
  const { reclaimNotice, penaltyShare } = curtailment;
  const { samplesMin, steps, exclusions } = terms.credits;
  return {
    resale: { ...resale },
    cancellation: cancellation.map((step) => ({ ...step })),
    curtailment: { reclaimNotice, penaltyShare: { ...penaltyShare } },
    credits: { samplesMin, steps: steps.map((step) => ({ ...step })), exclusions: [...exclusions] },
    overagePrice: overagePrice?.toString() ?? null,
    buyerShareMax,
    setAside: setAside && { ...setAside, smallBuyerMax: setAside.smallBuyerMax.toString() },
  };
}
