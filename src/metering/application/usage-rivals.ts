import type { PoolClient } from 'pg';
import { textArray } from '../../eventstore/binary-array.js';
import type { Statement } from '../../eventstore/statements-query.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import { formatInstant, type Instant } from '../../kernel/time.js';
import { OWN_SOURCE } from '../model/usage-report.js';
import type { TimedUse } from './usage-sums.js';

// One request may be recorded by our gateway, by the provider's and by the holder's. The first of
// these that there is counts, and the others are kept and count nothing. A record that comes after a
// better one is stored as not counted; one that was counted before is taken back by a row of its own.

export const EVIDENCE_RANKS = ['holder', 'provider', 'gateway'] as const;
/** Whose record it is; the later one is the better. */
export type Evidence = (typeof EVIDENCE_RANKS)[number];

/** Rows that take back are named so. */
export const SUPERSEDED_SOURCE = `${OWN_SOURCE}superseded`;

/** Records that do not say whose they are came before anybody asked: the least of all. */
const TAKE_BACK = `
  WITH beaten AS (
    SELECT r.organization_id, coalesce(r.corrects_source, r.source) AS source,
      coalesce(r.corrects_id, r.id) AS id, r.reservation_id, given.request_id,
      max(r.evidence) AS evidence, min(r.served_at) AS served_at,
      sum(r.input_tokens) AS input, sum(r.cached_tokens) AS cached,
      sum(r.output_tokens) AS output, sum(r.reasoning_tokens) AS reasoning
    FROM unnest($1::text[], $2::text[]) AS given(reservation_id, request_id)
    JOIN usage_report r ON r.reservation_id = given.reservation_id
      AND coalesce(r.request_id, r.id) = given.request_id
    WHERE r.counted AND coalesce(r.evidence, 'holder') = ANY ($3::text[])
    GROUP BY 1, 2, 3, 4, 5
    HAVING bool_and(r.source <> $4)
  )
  INSERT INTO usage_report (organization_id, source, id, content_hash, reservation_id, served_at,
    input_tokens, cached_tokens, output_tokens, reasoning_tokens, reported_by, received_at,
    evidence, request_id, corrects_source, corrects_id)
  SELECT organization_id, $4, source || ' ' || id, ''::bytea, reservation_id, served_at,
    -input, -cached, -output, -reasoning, $5, $6, evidence, request_id, source, id
  FROM beaten ORDER BY 1, 2, 3
  ON CONFLICT (organization_id, source, id) DO NOTHING
  RETURNING reservation_id AS "reservationId", served_at AS "servedAt", input_tokens AS input,
    cached_tokens AS "cachedInput", output_tokens AS output, reasoning_tokens AS reasoning`;

export interface RecordedRequest {
  readonly reservationId: ReservationId;
  readonly requestId: string;
}

type Counted = 'input' | 'cachedInput' | 'output' | 'reasoning';

/** Takes back what worse records of these requests were counted; answers with what that changes. */
export async function takeBackRivals(
  client: PoolClient,
  requests: readonly RecordedRequest[],
  by: { readonly evidence: Evidence; readonly actor: string; readonly now: Instant },
): Promise<readonly TimedUse[]> {
  const worse = worseThan(by.evidence);
  if (worse.length === 0 || requests.length === 0) return [];
  type Row = Readonly<Record<Counted, string>> & { readonly reservationId: ReservationId; readonly servedAt: Date };
  const { rows } = await client.query<Row>({
    name: 'take-back-rivals',
    text: TAKE_BACK,
    values: [
      textArray(requests.map(({ reservationId }) => reservationId)),
      textArray(requests.map(({ requestId }) => requestId)),
      ...[textArray(worse), SUPERSEDED_SOURCE, by.actor, formatInstant(by.now)],
    ],
  });
  return rows.map(({ reservationId, servedAt, input, cachedInput, output, reasoning }) => ({
    reservationId,
    servedAt: servedAt.getTime() as Instant,
    sum: {
      events: -1n,
      counts: {
        ...{ input: BigInt(input), cachedInput: BigInt(cachedInput) },
        ...{ output: BigInt(output), reasoning: BigInt(reasoning) },
      },
    },
  }));
}

/** @returns whose records are worse than these */
const worseThan = (evidence: Evidence): readonly Evidence[] => EVIDENCE_RANKS.slice(0, EVIDENCE_RANKS.indexOf(evidence));

/**
 * Fails, by dividing by zero, where one of these requests has a record that counts and is worse. One by one, each by the index: for all of them together the planner may read the table.
 */
const UNRIVALLED = `
  SELECT 1 / (count(*) = 0)::int
  FROM unnest($1::text[], $2::text[]) AS given(reservation_id, request_id)
  WHERE 0 < (SELECT count(*) FROM usage_report r WHERE r.reservation_id = given.reservation_id
    AND coalesce(r.request_id, r.id) = given.request_id
    AND r.counted AND coalesce(r.evidence, 'holder') = ANY ($3::text[]))`;

/** What {@link takeBackRivals} would do for records of this evidence is nothing, or it fails. */
export function unrivalledStatement(requests: readonly RecordedRequest[], evidence: Evidence): Statement {
  const reservationIds = textArray(requests.map(({ reservationId }) => reservationId));
  const requestIds = textArray(requests.map(({ requestId }) => requestId));
  return { name: 'usage-is-unrivalled', text: UNRIVALLED, values: [reservationIds, requestIds, textArray(worseThan(evidence))] };
}

/** Who reports: the provider where an organization is both. */
export function evidenceOf(
  { holderId, providerId }: { readonly holderId: OrganizationId; readonly providerId: OrganizationId },
  organizationId: OrganizationId,
): Evidence | null {
  if (providerId === organizationId) return 'provider';
  return holderId === organizationId ? 'holder' : null;
}
