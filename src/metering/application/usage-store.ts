import type { Pool, PoolClient } from 'pg';
import { textArray } from '../../eventstore/binary-array.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { formatInstant, type Instant } from '../../kernel/time.js';
import type { EventName, UsageReport } from '../model/usage-report.js';
import { inTransaction } from './transaction.js';
import { storeCorrections, whyUncorrected, type CorrectionIssue } from './usage-corrections.js';
import { storingLocks } from './usage-locks.js';
import { putPending } from './usage-pending.js';
import { betterThan, EVIDENCE_RANKS, takeBackRivals, type Evidence } from './usage-rivals.js';
import { sumByMinute, type TimedUse } from './usage-sums.js';

/** An event with its name and the SHA-256 of what it says: another hash is a conflict. */
export interface NamedReport {
  /** See {@link nameOf}. */
  readonly name: string;
  readonly report: UsageReport;
  readonly contentHash: Buffer;
}

/** Who reports, and when it came. */
export interface Reporter {
  readonly organizationId: OrganizationId;
  readonly actor: string;
  readonly now: Instant;
  /** What they are to a reservation. */
  readonly evidenceOf: (report: UsageReport) => Evidence;
}

export type Stored =
  /** Committed and durable; those that were there already are not among the accepted. */
  | { readonly kind: 'stored'; readonly accepted: number }
  /** Nothing was stored: events with these names came before and said something else. */
  | { readonly kind: 'conflict'; readonly names: ReadonlySet<string> }
  /** Nothing was stored: corrections of what cannot be corrected. */
  | { readonly kind: 'refused'; readonly issues: readonly CorrectionIssue[] };

/** An event's name within the organization that reports it. */
export function nameOf({ source, id }: EventName): string {
  return JSON.stringify([source, id]);
}

/**
 * Waits for a rival that is storing the same event, and then lets it have been first. A record of a
 * request that has a better one is kept, and does not count.
 */
const INSERT = `
  INSERT INTO usage_report (organization_id, reported_by, received_at, source, id, content_hash,
    reservation_id, served_at, input_tokens, cached_tokens, output_tokens, reasoning_tokens,
    evidence, request_id, counted)
  SELECT $1, $2, $3, source, id, decode(hash, 'hex'), reservation_id, served_at::timestamptz,
    input::bigint, cached::bigint, output::bigint, reasoning::bigint, $13, nullif(request_id, ''),
    NOT EXISTS (SELECT FROM usage_report better WHERE better.reservation_id = given.reservation_id
      AND coalesce(better.request_id, better.id) = coalesce(nullif(given.request_id, ''), given.id)
      AND better.evidence = ANY ($15::text[]))
  FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::text[], $12::text[], $14::text[])
    AS given(source, id, hash, reservation_id, served_at, input, cached, output, reasoning, request_id)
  ON CONFLICT (organization_id, source, id) DO NOTHING
  RETURNING source, id, counted`;

const KNOWN = `
  SELECT known.source, known.id, known.content_hash AS "contentHash"
  FROM unnest($2::text[], $3::text[]) AS given(source, id)
  JOIN usage_report known
    ON known.organization_id = $1 AND known.source = given.source AND known.id = given.id`;

/** Stores all of the events, each named once, or none. */
export function storeReports(
  pool: Pool,
  reporter: Reporter,
  reports: readonly NamedReport[],
): Promise<Stored> {
  // In one order, so that two requests with the same events never wait for each other in a circle.
  const ordered = [...reports].sort((a, b) => (a.name < b.name ? -1 : 1));
  return inTransaction(
    pool,
    (client) => storeAll(client, reporter, { ordered, asGiven: reports }),
    {
      isKept: ({ kind }) => kind === 'stored',
      locks: storingLocks(reports.map(({ report }) => report.reservationId)),
    },
  );
}

async function storeAll(
  client: PoolClient,
  reporter: Reporter,
  { ordered, asGiven }: { readonly ordered: readonly NamedReport[]; readonly asGiven: readonly NamedReport[] },
): Promise<Stored> {
  const served = await storeServed(client, reporter, ordered.filter(({ report }) => report.corrects === null));
  // The last word on an event is the last one said.
  const said = asGiven.filter(({ report }) => report.corrects !== null);
  const corrected = await storeCorrections(client, reporter, said);
  const isNew = ({ name }: NamedReport): boolean => served.names.has(name) || corrected.names.has(name);
  const left = ordered.filter((one) => !isNew(one));
  const known = await findKnown(client, reporter.organizationId, left);
  const others = left.filter(({ name, contentHash }) => known.get(name)?.equals(contentHash) === false);
  if (others.length > 0) return { kind: 'conflict', names: new Set(others.map(({ name }) => name)) };
  const unfit = left.filter(({ name }) => !known.has(name));
  if (unfit.length > 0) return { kind: 'refused', issues: await whyUncorrected(client, reporter, unfit) };
  const uses = sumByMinute([...served.uses, ...corrected.uses]);
  if (uses.length > 0) await putPending(client, uses, reporter.now);
  return { kind: 'stored', accepted: served.names.size + corrected.names.size };
}

/** What was new, and what it adds. */
export interface StoredUse {
  readonly names: ReadonlySet<string>;
  readonly uses: readonly TimedUse[];
}

async function storeServed(
  client: PoolClient,
  reporter: Reporter,
  reports: readonly NamedReport[],
): Promise<StoredUse> {
  const names = new Set<string>();
  const uses: TimedUse[] = [];
  for (const evidence of EVIDENCE_RANKS) {
    const own = reports.filter(({ report }) => reporter.evidenceOf(report) === evidence);
    if (own.length === 0) continue;
    const inserted = await insert(client, { ...reporter, evidence }, own);
    const counted = own.filter(({ name }) => inserted.get(name) === true);
    inserted.forEach((_counted, name) => names.add(name));
    uses.push(...counted.map(({ report }) => ({ ...report, sum: { events: 1n, counts: report.counts } })));
    const requests = counted.map(({ report: { reservationId, requestId, id } }) => ({
      reservationId,
      requestId: requestId ?? id,
    }));
    uses.push(...(await takeBackRivals(client, requests, { ...reporter, evidence })));
  }
  return { names, uses };
}

/** Names of those that were new, and whether they count. */
async function insert(
  client: PoolClient,
  { organizationId, actor, now, evidence }: Reporter & { readonly evidence: Evidence },
  reports: readonly NamedReport[],
): Promise<ReadonlyMap<string, boolean>> {
  const column = (value: (named: NamedReport) => string): Buffer => textArray(reports.map(value));
  const { rows } = await client.query<EventName & { readonly counted: boolean }>({
    name: 'insert-usage-reports',
    text: INSERT,
    values: [
      ...[organizationId, actor, formatInstant(now)],
      column(({ report }) => report.source),
      column(({ report }) => report.id),
      column(({ contentHash }) => contentHash.toString('hex')),
      column(({ report }) => report.reservationId),
      column(({ report }) => formatInstant(report.servedAt)),
      column(({ report }) => report.counts.input.toString()),
      column(({ report }) => report.counts.cachedInput.toString()),
      column(({ report }) => report.counts.output.toString()),
      column(({ report }) => report.counts.reasoning.toString()),
      evidence,
      column(({ report }) => report.requestId ?? ''),
      textArray(betterThan(evidence)),
    ],
  });
  return new Map(rows.map((row) => [nameOf(row), row.counted]));
}

/** What was said under names that are taken. */
export async function findKnown(
  client: Pool | PoolClient,
  organizationId: OrganizationId,
  reports: readonly NamedReport[],
): Promise<ReadonlyMap<string, Buffer>> {
  if (reports.length === 0) return new Map();
  const { rows } = await client.query<EventName & { readonly contentHash: Buffer }>(KNOWN, [
    organizationId,
    textArray(reports.map(({ report }) => report.source)),
    textArray(reports.map(({ report }) => report.id)),
  ]);
  return new Map(rows.map((row) => [nameOf(row), row.contentHash]));
}
