import { Inject, Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { bigintAsText } from '../../kernel/bigint-text.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import { formatInstant, type Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK, POOL } from '../../platform/platform.module.js';
import type { TokenWeights } from '../../providers/contract.js';
import { GatewayUsage, type RecordEnd } from '../contract.js';
import { GATEWAY_SOURCE, type GatewayRecord } from '../model/gateway-record.js';
import { weightedOf, type WeightedTokens } from '../model/rating.js';
import { inTransaction } from '../../platform/database/transaction.js';
import { contentHashOf } from './usage-content.js';
import { storingLocks } from './usage-locks.js';
import { putPending } from './usage-pending.js';
import { takeBackRivals, type RecordedRequest } from './usage-rivals.js';
import { sumByMinute, type TimedUse } from './usage-sums.js';

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

const ENDS = `SELECT id, reason FROM usage_report WHERE organization_id = $1 AND source = $2 AND id = ANY($3)`;

/** What was rated of an hour, and what waits to be. */
const USED = `
  SELECT coalesce(sum(input_tokens), 0) AS input, coalesce(sum(cached_tokens), 0) AS "cachedInput",
    coalesce(sum(output_tokens), 0) AS output, coalesce(sum(reasoning_tokens), 0) AS reasoning
  FROM (
    SELECT input_tokens, cached_tokens, output_tokens, reasoning_tokens
    FROM usage_hour WHERE reservation_id = $1 AND hour = $2
    UNION ALL
    SELECT input_tokens, cached_tokens, output_tokens, reasoning_tokens
    FROM usage_pending WHERE reservation_id = $1 AND hour = $2
  ) AS known`;

/** Takes in what the gateway measured: the same rows and the same rating as what others report. */
@Injectable()
export class GatewayUsageService extends GatewayUsage {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    super();
  }

  async record(records: readonly GatewayRecord[]): Promise<void> {
    if (records.length === 0) return;
    const now = this.clock.now();
    const locks = storingLocks(records.flatMap(({ reservationId }) => reservationId ?? []));
    const store = async (client: PoolClient): Promise<void> => {
      const stored = await insert(client, records, now);
      const served = records.filter((one) => stored.has(nameOf(one))).flatMap(toUse);
      const by = { evidence: 'gateway', actor: GATEWAY_SOURCE, now } as const;
      const back = await takeBackRivals(client, served, by);
      const uses = sumByMinute([...served, ...back]);
      if (uses.length > 0) await putPending(client, uses, now);
    };
    await inTransaction(this.pool, store, { locks });
  }

  async ends(organizationId: OrganizationId, ids: readonly string[]): Promise<readonly RecordEnd[]> {
    const statement = { name: 'gateway-usage-ends', text: ENDS, values: [organizationId, GATEWAY_SOURCE, ids] };
    return (await this.pool.query<RecordEnd>(statement)).rows;
  }

  async usedIn(
    reservationId: ReservationId,
    hour: Instant,
    weights: TokenWeights,
  ): Promise<WeightedTokens> {
    type Row = Readonly<Record<'input' | 'cachedInput' | 'output' | 'reasoning', string>>;
    const { rows } = await this.pool.query<Row>(USED, [reservationId, formatInstant(hour)]);
    const { input = 0, cachedInput = 0, output = 0, reasoning = 0 } = rows[0] ?? {};
    const counts = {
      ...{ input: BigInt(input), cachedInput: BigInt(cachedInput) },
      ...{ output: BigInt(output), reasoning: BigInt(reasoning) },
    };
    return weightedOf(counts, weights);
  }
}

type Name = Pick<GatewayRecord, 'organizationId' | 'id'>;
const nameOf = ({ organizationId, id }: Name): string => `${organizationId} ${id}`;

async function insert(
  client: PoolClient,
  records: readonly GatewayRecord[],
  now: Instant,
): Promise<ReadonlySet<string>> {
  const rows = JSON.stringify(records.map(toRow), bigintAsText);
  const values = [GATEWAY_SOURCE, formatInstant(now), rows];
  const statement = { name: 'insert-gateway-usage', text: INSERT, values };
  const stored = await client.query<Name>(statement);
  return new Set(stored.rows.map(nameOf));
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

/** What is to be rated: nothing of an organization's own fallback. */
function toUse({ id, reservationId, servedAt, counts, model, tier }: GatewayRecord): readonly ServedUse[] {
  if (reservationId === null) return [];
  return [{ requestId: id, reservationId, servedAt, model, tier, sum: { events: 1n, counts } }];
}

type ServedUse = TimedUse & RecordedRequest;
