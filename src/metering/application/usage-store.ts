import type { Pool, PoolClient } from 'pg';
import { textArray } from '../../eventstore/binary-array.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { EventName, UsageReport } from '../model/usage-report.js';
import { inTransaction } from '../../platform/database/transaction.js';
import { storeCorrections, whyUncorrected, type CorrectionIssue } from './usage-corrections.js';
import { EXCEPTIONS, insertStatement, requestOf, rowsOf, useOf, type Row } from './usage-insert.js';
import { storingLocks } from './usage-locks.js';
import { putPending } from './usage-pending.js';
import { takeBackRivals, type Evidence } from './usage-rivals.js';
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
}

/** What one request reports; each event is named once. */
export interface ReportRequest {
  readonly reporter: Reporter;
  readonly reports: readonly NamedReport[];
  /** What the organization is to a reservation. */
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

const KNOWN = `
  SELECT known.source, known.id, known.content_hash AS "contentHash"
  FROM unnest($2::text[], $3::text[]) AS given(source, id)
  JOIN usage_report known
    ON known.organization_id = $1 AND known.source = given.source AND known.id = given.id`;

/**
 * Stores requests of one organization in one transaction: all of each, or nothing of any. No name is in
 * two of them, and one with corrections comes alone.
 *
 * @returns an outcome for each, in their order; when one of them is not stored, none is
 */
export function storeReports(
  pool: Pool,
  organizationId: OrganizationId,
  requests: readonly ReportRequest[],
): Promise<readonly Stored[]> {
  const reservationIds = requests.flatMap(({ reports }) => reports.map(({ report }) => report.reservationId));
  return inTransaction(pool, (client) => storeAll(client, organizationId, requests), {
    isKept: (outcomes) => outcomes.every(({ kind }) => kind === 'stored'),
    locks: storingLocks(reservationIds),
  });
}

async function storeAll(
  client: PoolClient,
  organizationId: OrganizationId,
  requests: readonly ReportRequest[],
): Promise<readonly Stored[]> {
  const parts = [await storeServed(client, organizationId, requests)];
  for (const { reporter, reports } of requests) {
    // In the order given: the last word on an event is the last one said.
    const said = reports.filter(({ report }) => report.corrects !== null);
    if (said.length > 0) parts.push(await storeCorrections(client, reporter, said));
  }
  const left = new Set(parts.flatMap((part) => part.left));
  const known = await findKnown(client, organizationId, [...left]);
  const outcomes: Stored[] = [];
  for (const request of requests) outcomes.push(await outcomeOf(client, request, { left, known }));
  const uses = sumByMinute(parts.flatMap((part) => part.uses));
  const isKept = outcomes.every(({ kind }) => kind === 'stored');
  const [first] = requests;
  if (isKept && uses.length > 0 && first !== undefined) await putPending(client, uses, first.reporter.now);
  return outcomes;
}

/** Reports that were not stored, and what was said under the names of those that are known. */
interface LeftOver {
  readonly left: ReadonlySet<NamedReport>;
  readonly known: ReadonlyMap<string, Buffer>;
}

async function outcomeOf(
  client: PoolClient,
  { reporter, reports }: ReportRequest,
  { left, known }: LeftOver,
): Promise<Stored> {
  const own = left.size === 0 ? [] : reports.filter((one) => left.has(one));
  const others = own.filter(({ name, contentHash }) => known.get(name)?.equals(contentHash) === false);
  if (others.length > 0) return { kind: 'conflict', names: new Set(others.map(({ name }) => name)) };
  const unfit = own.filter(({ name }) => !known.has(name));
  if (unfit.length > 0) return { kind: 'refused', issues: await whyUncorrected(client, reporter, unfit) };
  return { kind: 'stored', accepted: reports.length - own.length };
}

/** What was not stored, and what the rest adds. */
export interface StoredUse {
  readonly left: readonly NamedReport[];
  readonly uses: readonly TimedUse[];
}

async function storeServed(
  client: PoolClient,
  organizationId: OrganizationId,
  requests: readonly ReportRequest[],
): Promise<StoredUse> {
  const rows = rowsOf(requests);
  if (rows.length === 0) return { left: [], uses: [] };
  const exceptions = await insertRows(client, organizationId, rows);
  const counted = exceptions.size === 0 ? rows : rows.filter((_row, place) => !exceptions.has(place));
  const uses: TimedUse[] = counted.map(({ report }) => useOf(report));
  for (const { reporter } of requests) {
    const better = counted.filter((row) => row.reporter === reporter && row.evidence !== 'holder');
    uses.push(...(await takeBackRivals(client, better.map(requestOf), { ...reporter, evidence: 'provider' })));
  }
  return { left: rows.filter((_row, place) => exceptions.get(place) === false).map(({ named }) => named), uses };
}

/** Places of those that were known already (false) or do not count (true). */
async function insertRows(
  client: PoolClient,
  organizationId: OrganizationId,
  rows: readonly Row[],
): Promise<ReadonlyMap<number, boolean>> {
  const { values, ...statement } = insertStatement(EXCEPTIONS, organizationId, rows);
  const stored = await client.query<{ readonly place: number; readonly isNew: boolean }>({ ...statement, values: [...values] });
  return new Map(stored.rows.map(({ place, isNew }) => [place, isNew]));
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
