import { bigintArray, bytesArray, instantArray, textArray } from '../../eventstore/binary-array.js';
import type { Statement } from '../../eventstore/statements-query.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { TokenCounts } from '../model/token-counts.js';
import type { UsageReport } from '../model/usage-report.js';
import type { Evidence, RecordedRequest } from './usage-rivals.js';
import type { NamedReport, Reporter, ReportRequest } from './usage-store.js';
import type { TimedUse } from './usage-sums.js';

/**
 * Waits for a rival that is storing the same event, and then lets it have been first. A record of a
 * request that has a better one is kept, and does not count; it is looked for only where a reservation
 * has records that could be better.
 */
const STORED = `
  WITH rivalled AS (
    SELECT named FROM unnest($13::text[]) AS named
    WHERE EXISTS (SELECT FROM usage_report r WHERE r.reservation_id = named AND r.evidence = 'gateway')
      OR EXISTS (SELECT FROM usage_report r WHERE r.reservation_id = named AND r.evidence = 'provider')
    UNION ALL
    SELECT named FROM unnest($14::text[]) AS named
    WHERE EXISTS (SELECT FROM usage_report r WHERE r.reservation_id = named AND r.evidence = 'gateway')
  ), given AS (
    SELECT * FROM unnest($2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::bytea[], $7::text[],
      $8::timestamptz[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $15::text[], $16::text[])
      WITH ORDINALITY AS one(reported_by, received_at, source, id, content_hash, reservation_id, served_at,
        input, cached, output, reasoning, evidence, request_id, place)
  ), stored AS (
    INSERT INTO usage_report (organization_id, reported_by, received_at, source, id, content_hash,
      reservation_id, served_at, input_tokens, cached_tokens, output_tokens, reasoning_tokens,
      evidence, request_id, counted)
    SELECT $1, reported_by, received_at, source, id, content_hash, reservation_id, served_at,
      input, cached, output, reasoning, evidence, nullif(request_id, ''),
      reservation_id NOT IN (SELECT named FROM rivalled)
        OR NOT EXISTS (SELECT FROM usage_report better WHERE better.reservation_id = given.reservation_id
          AND coalesce(better.request_id, better.id) = coalesce(nullif(given.request_id, ''), given.id)
          AND (better.evidence = 'gateway' OR better.evidence = 'provider' AND given.evidence = 'holder'))
    FROM given ORDER BY place
    ON CONFLICT (organization_id, source, id) DO NOTHING
    RETURNING source, id, counted
  )`;

/** A way to insert, and the name under which it is prepared. */
type Insert = Pick<Required<Statement>, 'name' | 'text'>;

/** Answers with those that were not stored or do not count: most often none. */
export const EXCEPTIONS: Insert = {
  name: 'insert-usage-reports',
  text: `${STORED}
  SELECT (given.place - 1)::int AS place, stored.id IS NOT NULL AS "isNew"
  FROM given LEFT JOIN stored USING (source, id)
  WHERE (SELECT count(*) FROM stored WHERE counted) < cardinality($5::text[])
    AND stored.counted IS NOT TRUE`,
};

/** Fails, by dividing by zero, unless every one is stored and counts. */
export const ALL_OR_FAIL: Insert = {
  name: 'insert-all-usage-reports',
  text: `${STORED}
  SELECT 1 / (count(*) = cardinality($5::text[]))::int FROM stored WHERE counted`,
};

/** An event with what its request says of it. */
export interface Row extends NamedReport {
  readonly named: NamedReport;
  readonly reporter: Reporter;
  readonly evidence: Evidence;
}

/** In one order, so that two transactions with the same events never wait for each other in a circle. */
export function rowsOf(requests: readonly ReportRequest[]): readonly Row[] {
  const rows: Row[] = [];
  for (const { reporter, reports, evidenceOf } of requests) {
    for (const named of reports) {
      const { name, report, contentHash } = named;
      if (report.corrects !== null) continue;
      rows.push({ name, report, contentHash, named, reporter, evidence: evidenceOf(report) });
    }
  }
  return rows.sort((a, b) => (a.name < b.name ? -1 : 1));
}

export const useOf = ({ reservationId, servedAt, counts }: UsageReport): TimedUse => ({
  ...{ reservationId, servedAt },
  sum: { events: 1n, counts },
});
export const requestOf = ({ report: { reservationId, requestId, id } }: NamedReport): RecordedRequest => ({
  reservationId,
  requestId: requestId ?? id,
});

/** Stores rows that are in the order of {@link rowsOf}. */
export function insertStatement(
  insert: Insert,
  organizationId: OrganizationId,
  rows: readonly Row[],
): Required<Statement> {
  const texts = (value: (row: Row) => string): Buffer => textArray(rows.map(value));
  const counts = (value: (counts: TokenCounts) => bigint): Buffer =>
    bigintArray(rows.map(({ report }) => value(report.counts)));
  const reservationsOf = (whose: Evidence): Buffer => {
    const ids = rows.flatMap(({ evidence, report }) => (evidence === whose ? [report.reservationId] : []));
    return textArray([...new Set(ids)]);
  };
  return {
    ...insert,
    values: [
      organizationId,
      texts(({ reporter }) => reporter.actor),
      instantArray(rows.map(({ reporter }) => reporter.now)),
      texts(({ report }) => report.source),
      texts(({ report }) => report.id),
      bytesArray(rows.map(({ contentHash }) => contentHash)),
      texts(({ report }) => report.reservationId),
      instantArray(rows.map(({ report }) => report.servedAt)),
      ...[counts(({ input }) => input), counts(({ cachedInput }) => cachedInput)],
      ...[counts(({ output }) => output), counts(({ reasoning }) => reasoning)],
      ...[reservationsOf('holder'), reservationsOf('provider')],
      texts(({ evidence }) => evidence),
      texts(({ report }) => report.requestId ?? ''),
    ],
  };
}
