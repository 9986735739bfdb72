import type { Pool, PoolClient } from 'pg';
import { textArray } from '../../eventstore/binary-array.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { floorToGrid, formatInstant, HOUR_MS, type Instant } from '../../kernel/time.js';
import { addUsage } from '../model/token-counts.js';
import type { UsageReport } from '../model/usage-report.js';
import { inTransaction } from './transaction.js';
import { putPending, type PendingUse } from './usage-pending.js';

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

export type Stored =
  /** Committed and durable; those that were there already are not among the accepted. */
  | { readonly kind: 'stored'; readonly accepted: number }
  /** Nothing was stored: events with these names came before and said something else. */
  | { readonly kind: 'conflict'; readonly names: ReadonlySet<string> };

/** An event's name within the organization that reports it. */
export function nameOf({ source, id }: Pick<UsageReport, 'source' | 'id'>): string {
  return JSON.stringify([source, id]);
}

/** Waits for a rival that is storing the same event, and then lets it have been first. */
const INSERT = `
  INSERT INTO usage_report (organization_id, reported_by, received_at, source, id, content_hash,
    reservation_id, served_at, input_tokens, cached_tokens, output_tokens, reasoning_tokens)
  SELECT $1, $2, $3, source, id, decode(hash, 'hex'), reservation_id, served_at::timestamptz,
    input::bigint, cached::bigint, output::bigint, reasoning::bigint
  FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::text[], $12::text[])
    AS given(source, id, hash, reservation_id, served_at, input, cached, output, reasoning)
  ON CONFLICT (organization_id, source, id) DO NOTHING
  RETURNING source, id`;

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
    async (client) => {
      const inserted = await insert(client, reporter, ordered);
      const isNew = ({ name }: NamedReport): boolean => inserted.has(name);
      const repeated = ordered.filter((one) => !isNew(one));
      const names = await findConflicts(client, reporter.organizationId, repeated);
      if (names.size > 0) return { kind: 'conflict', names };
      const uses = sumByHour(ordered.filter(isNew).map(({ report }) => report));
      if (uses.length > 0) await putPending(client, uses, reporter.now);
      return { kind: 'stored', accepted: inserted.size };
    },
    ({ kind }) => kind === 'stored',
  );
}

async function insert(
  client: PoolClient,
  { organizationId, actor, now }: Reporter,
  reports: readonly NamedReport[],
): Promise<ReadonlySet<string>> {
  const column = (value: (named: NamedReport) => string): Buffer => textArray(reports.map(value));
  const { rows } = await client.query<Pick<UsageReport, 'source' | 'id'>>({
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
    ],
  });
  return new Set(rows.map(nameOf));
}

async function findConflicts(
  client: PoolClient,
  organizationId: OrganizationId,
  repeated: readonly NamedReport[],
): Promise<ReadonlySet<string>> {
  if (repeated.length === 0) return new Set();
  type Known = Pick<UsageReport, 'source' | 'id'> & { readonly contentHash: Buffer };
  const { rows } = await client.query<Known>(KNOWN, [
    organizationId,
    textArray(repeated.map(({ report }) => report.source)),
    textArray(repeated.map(({ report }) => report.id)),
  ]);
  const known = new Map(rows.map((row) => [nameOf(row), row.contentHash]));
  const others = repeated.filter(
    ({ name, contentHash }) => known.get(name)?.equals(contentHash) !== true,
  );
  return new Set(others.map(({ name }) => name));
}

/** What the reports of each reservation and hour come to. */
export function sumByHour(reports: readonly UsageReport[]): readonly PendingUse[] {
  const uses = new Map<string, PendingUse>();
  for (const { reservationId, servedAt, counts } of reports) {
    const hour = floorToGrid(servedAt, HOUR_MS);
    const key = `${reservationId} ${hour}`;
    const one = { events: 1n, counts };
    const before = uses.get(key);
    const sum = before === undefined ? one : addUsage(before.sum, one);
    uses.set(key, { reservationId, hour, sum });
  }
  return [...uses.values()];
}
