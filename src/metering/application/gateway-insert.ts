import type { PoolClient } from 'pg';
import type { Statement } from '../../eventstore/statements-query.js';
import { bigintAsText } from '../../kernel/bigint-text.js';
import { formatInstant, type Instant } from '../../kernel/time.js';
import { GATEWAY_SOURCE, type GatewayRecord } from '../model/gateway-record.js';
import { contentHashOf } from './usage-content.js';

/** Its columns are the table's, so that one statement takes a batch of any size. */
const INSERT = `
  INSERT INTO usage_report (organization_id, source, id, content_hash, reservation_id, served_at,
    input_tokens, cached_tokens, output_tokens, reasoning_tokens, reported_by, received_at,
    evidence, model, reason, tier, is_stream, own_output_tokens, claimed_input_tokens,
    claimed_output_tokens, dispute, ttft_us, queued_us, streaming_us, duration_us, concurrency,
    claimed_queue_us, claimed_prefill_us, claimed_decode_us, pilot_id, mirror_of, is_cold)
  SELECT organization_id, $1, id, decode(content_hash, 'hex'), reservation_id, served_at,
    input_tokens, cached_tokens, output_tokens, reasoning_tokens, reported_by, $2,
    'gateway', model, reason, tier, is_stream, own_output_tokens, claimed_input_tokens,
    claimed_output_tokens, dispute, ttft_us, queued_us, streaming_us, duration_us, concurrency,
    claimed_queue_us, claimed_prefill_us, claimed_decode_us, pilot_id, mirror_of, is_cold
  FROM jsonb_to_recordset($3::jsonb) AS given(organization_id text, id text, content_hash text,
    reservation_id text, served_at timestamptz, input_tokens bigint, cached_tokens bigint,
    output_tokens bigint, reasoning_tokens bigint, reported_by text, model text, reason text,
    tier text, is_stream boolean, own_output_tokens bigint, claimed_input_tokens bigint,
    claimed_output_tokens bigint, dispute text, ttft_us bigint, queued_us bigint,
    streaming_us bigint, duration_us bigint, concurrency integer, claimed_queue_us bigint,
    claimed_prefill_us bigint, claimed_decode_us bigint, pilot_id text, mirror_of text, is_cold boolean)
  ORDER BY organization_id, id
  ON CONFLICT (organization_id, source, id) DO NOTHING
  RETURNING organization_id AS "organizationId", id`;

/** Fails, by dividing by zero, unless every one is stored. */
const INSERT_ALL = `WITH stored AS (${INSERT}) SELECT 1 / (count(*) = $4)::int FROM stored`;

type Name = Pick<GatewayRecord, 'organizationId' | 'id'>;
export const nameOf = ({ organizationId, id }: Name): string => `${organizationId} ${id}`;

/** @returns names of those that were not there before */
export async function insertRecords(
  client: PoolClient,
  records: readonly GatewayRecord[],
  now: Instant,
): Promise<ReadonlySet<string>> {
  const statement = { name: 'insert-gateway-usage', text: INSERT, values: valuesOf(records, now) };
  const stored = await client.query<Name>(statement);
  return new Set(stored.rows.map(nameOf));
}

/** The same as a statement of an exchange, which fails where one of them was there before. */
export function insertAllStatement(records: readonly GatewayRecord[], now: Instant): Statement {
  return { name: 'insert-all-gateway-usage', text: INSERT_ALL, values: [...valuesOf(records, now), `${records.length}`] };
}

function valuesOf(records: readonly GatewayRecord[], now: Instant): string[] {
  return [GATEWAY_SOURCE, formatInstant(now), JSON.stringify(records.map(toRow), bigintAsText)];
}

function toRow(record: GatewayRecord): Readonly<Record<string, unknown>> {
  const { counts } = record;
  return {
    organization_id: record.organizationId,
    id: record.id,
    content_hash: contentHashOf(record).toString('hex'),
    reservation_id: record.reservationId,
    served_at: formatInstant(record.servedAt),
    input_tokens: counts.input,
    cached_tokens: counts.cachedInput,
    output_tokens: counts.output,
    reasoning_tokens: counts.reasoning,
    reported_by: `key:${record.keyId}`,
    model: record.model,
    reason: record.reason,
    tier: record.tier,
    is_stream: record.isStream,
    own_output_tokens: record.ownOutput,
    claimed_input_tokens: record.claimedInput,
    claimed_output_tokens: record.claimedOutput,
    dispute: record.dispute,
    ttft_us: record.ttft,
    queued_us: record.queued,
    streaming_us: record.streaming,
    duration_us: record.duration,
    concurrency: record.concurrency,
    ...timeColumns(record.claimedTimes),
    ...mirrorColumns(record.mirrored),
    is_cold: record.isCold,
  };
}

function timeColumns(times: GatewayRecord['claimedTimes']): Readonly<Record<string, unknown>> {
  const { queue = null, prefill = null, decode = null } = times ?? {};
  return { claimed_queue_us: queue, claimed_prefill_us: prefill, claimed_decode_us: decode };
}

function mirrorColumns(mirrored: GatewayRecord['mirrored']): Readonly<Record<string, unknown>> {
  return { pilot_id: mirrored?.pilotId ?? null, mirror_of: mirrored?.requestId ?? null };
}
