import type { PoolClient } from 'pg';
import type { ProjectedTable } from './projection.js';
import { VerificationError } from './verify-stream.js';

/** Rows are compared in so many parts: where one differs, its rows are looked at. */
const PARTS = 1_024;

const partOf = ({ key }: ProjectedTable): string =>
  `hashtext(jsonb_build_array(${key.map((column) => `t."${column}"`).join(', ')})::text) & ${PARTS - 1}`;

const digestsOf = (schema: string, table: ProjectedTable): string =>
  `SELECT part, encode(sha256(convert_to(string_agg(rows.text, E'\\n' ORDER BY rows.text COLLATE "C"), 'UTF8')), 'hex') AS digest
   FROM (SELECT ${partOf(table)} AS part, to_jsonb(t)::text AS text FROM ${schema}."${table.name}" t) AS rows GROUP BY part`;

const rowsOf = (schema: string, table: ProjectedTable): string =>
  `SELECT to_jsonb(t)::text AS text FROM ${schema}."${table.name}" t WHERE ${partOf(table)} = $1`;

/**
 * Compares a table with what it was rebuilt to, each seen by a connection of its own: what one of them has written since
 * the other's snapshot was taken is not in that.
 *
 * @throws VerificationError naming a row that is in one of them only
 */
export async function compareTable(
  { live, rebuilt }: Readonly<Record<'live' | 'rebuilt', PoolClient>>,
  projection: string,
  table: ProjectedTable,
): Promise<void> {
  const [as, should] = [await digests(live, 'public', table), await digests(rebuilt, 'pg_temp', table)];
  const parts = new Set([...as.keys(), ...should.keys()]);
  const different = [...parts].find((part) => as.get(part) !== should.get(part));
  if (different === undefined) return;
  const row = onlyInOne(await texts(live, 'public', table, different), await texts(rebuilt, 'pg_temp', table, different));
  const key = table.key.map((column) => `${column} ${String(row[column])}`).join(', ');
  throw new VerificationError(`projection ${projection}: ${table.name} differs from its rebuild at ${key}`);
}

async function digests(on: PoolClient, schema: string, table: ProjectedTable): Promise<ReadonlyMap<number, string>> {
  const { rows } = await on.query<{ readonly part: number; readonly digest: string }>(digestsOf(schema, table));
  return new Map(rows.map(({ part, digest }) => [part, digest]));
}

async function texts(on: PoolClient, schema: string, table: ProjectedTable, part: number): Promise<readonly string[]> {
  const { rows } = await on.query<{ readonly text: string }>(rowsOf(schema, table), [part]);
  return rows.map(({ text }) => text);
}

/** Both have a key, so no row stands twice in either. */
function onlyInOne(one: readonly string[], other: readonly string[]): Record<string, unknown> {
  const [inOne, inOther] = [new Set(one), new Set(other)];
  const text = one.find((row) => !inOther.has(row)) ?? other.find((row) => !inOne.has(row));
  if (text === undefined) throw new Error('parts that differ have the same rows');
  return JSON.parse(text) as Record<string, unknown>;
}
