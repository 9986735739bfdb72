import type { PoolClient } from 'pg';
import type { Issue } from '../../kernel/issue.js';
import { DAY_MS, formatInstant, plus, type Instant } from '../../kernel/time.js';
import type { UsageReport } from '../model/usage-report.js';
import { EVIDENCE_RANKS, SUPERSEDED_SOURCE } from './usage-rivals.js';
import type { NamedReport, Reporter, StoredUse } from './usage-store.js';
import type { TimedUse } from './usage-sums.js';

/** How long ago a request may have been served whose event is corrected. */
export const CORRECTABLE = 35 * DAY_MS;

/** A correction that could not be stored, by its name. */
export interface CorrectionIssue extends Issue {
  readonly name: string;
}

/**
 * A row whose counts are what the correction says less what stood before: the event and whatever
 * corrected it earlier. Only who reported the event is looked at, because the key begins with it. A
 * correction of what a better record has taken back is kept, and does not count.
 */
const CORRECT = `
  INSERT INTO usage_report (organization_id, reported_by, received_at, source, id, content_hash,
    reservation_id, served_at, input_tokens, cached_tokens, output_tokens, reasoning_tokens,
    evidence, request_id, corrects_source, corrects_id, counted)
  SELECT $1, $2, $3, $4, $5, $6, event.reservation_id, event.served_at, $7::bigint - stood.input,
    $8::bigint - stood.cached, $9::bigint - stood.output, $10::bigint - stood.reasoning,
    event.evidence, coalesce(event.request_id, event.id), event.source, event.id,
    NOT stood.is_beaten
  FROM usage_report event CROSS JOIN LATERAL (
    SELECT coalesce(sum(r.input_tokens) FILTER (WHERE own), 0) AS input,
      coalesce(sum(r.cached_tokens) FILTER (WHERE own), 0) AS cached,
      coalesce(sum(r.output_tokens) FILTER (WHERE own), 0) AS output,
      coalesce(sum(r.reasoning_tokens) FILTER (WHERE own), 0) AS reasoning,
      bool_or(array_position($15::text[], coalesce(r.evidence, 'holder'))
        > array_position($15::text[], coalesce(event.evidence, 'holder'))) AS is_beaten
    FROM usage_report r CROSS JOIN LATERAL (SELECT r.organization_id = event.organization_id
      AND r.source <> $16
      AND coalesce(r.corrects_source, r.source) = event.source
      AND coalesce(r.corrects_id, r.id) = event.id AS own) AS whose
    WHERE r.reservation_id = event.reservation_id
      AND coalesce(r.request_id, r.id) = coalesce(event.request_id, event.id)
  ) AS stood
  WHERE event.organization_id = $1 AND event.source = $11 AND event.id = $12
    AND event.corrects_id IS NULL AND event.reservation_id = $13 AND event.served_at >= $14
  ON CONFLICT (organization_id, source, id) DO NOTHING
  RETURNING served_at AS "servedAt", input_tokens AS input, cached_tokens AS "cachedInput",
    output_tokens AS output, reasoning_tokens AS reasoning, counted`;

type Counted = 'input' | 'cachedInput' | 'output' | 'reasoning';
type Row = Readonly<Record<Counted, string>> & { readonly servedAt: Date; readonly counted: boolean };

/** One after the other: an event may be corrected more than once in a request. */
export async function storeCorrections(
  client: PoolClient,
  reporter: Reporter,
  corrections: readonly NamedReport[],
): Promise<StoredUse> {
  const left: NamedReport[] = [];
  const uses: TimedUse[] = [];
  for (const correction of corrections) {
    const { report, contentHash } = correction;
    const values = [...valuesOf(reporter, report, contentHash), EVIDENCE_RANKS, SUPERSEDED_SOURCE];
    const { rows } = await client.query<Row>({ name: 'correct-usage', text: CORRECT, values });
    const [row] = rows;
    if (row === undefined) left.push(correction);
    else if (row.counted) uses.push(useOf(report, row));
  }
  return { left, uses };
}

function valuesOf(
  { organizationId, actor, now }: Reporter,
  { source, id, counts, corrects, reservationId }: UsageReport,
  contentHash: Buffer,
): readonly unknown[] {
  return [
    ...[organizationId, actor, formatInstant(now), source, id, contentHash],
    ...[counts.input, counts.cachedInput, counts.output, counts.reasoning].map(String),
    ...[corrects?.source, corrects?.id, reservationId, formatInstant(plus(now, -CORRECTABLE))],
  ];
}

function useOf({ reservationId }: UsageReport, row: Row): TimedUse {
  const { input, cachedInput, output, reasoning } = row;
  const counts = {
    ...{ input: BigInt(input), cachedInput: BigInt(cachedInput) },
    ...{ output: BigInt(output), reasoning: BigInt(reasoning) },
  };
  return { reservationId, servedAt: row.servedAt.getTime() as Instant, sum: { events: 0n, counts } };
}

const CORRECTED = `
  SELECT reservation_id AS "reservationId", corrects_id AS "correctsId" FROM usage_report
  WHERE organization_id = $1 AND source = $2 AND id = $3`;

/** Why these could not be stored; whatever an organization did not report itself does not exist for it. */
export async function whyUncorrected(
  client: PoolClient,
  { organizationId, now }: Reporter,
  corrections: readonly NamedReport[],
): Promise<readonly CorrectionIssue[]> {
  const issues: CorrectionIssue[] = [];
  for (const { name, report } of corrections) {
    const { corrects, reservationId } = report;
    const { rows } = await client.query<{
      readonly reservationId: string | null;
      readonly correctsId: string | null;
    }>(CORRECTED, [organizationId, corrects?.source, corrects?.id]);
    issues.push({ name, ...issueOf(rows[0], reservationId, now) });
  }
  return issues;
}

function issueOf(
  found: { readonly reservationId: string | null; readonly correctsId: string | null } | undefined,
  reservationId: string,
  now: Instant,
): Issue {
  const field = 'data.corrects';
  if (found === undefined) {
    const accepted = 'source and id of an event that your organization reported, once it is accepted';
    return { field, reason: 'names no event that your organization reported', accepted };
  }
  if (found.correctsId !== null) {
    return { field, reason: 'names a correction', accepted: 'the event that it corrects' };
  }
  if (found.reservationId !== reservationId) {
    const accepted = 'the reservation that the event was reported for';
    return { field: 'data.reservationId', reason: 'is another than that of the event', accepted };
  }
  const accepted = `an event of a request served at ${formatInstant(plus(now, -CORRECTABLE))} or later`;
  return { field, reason: 'names an event that is too old to be corrected', accepted };
}
