import type { PoolClient } from 'pg';
import { jsonText } from '../kernel/json-text.js';
import { sortedNames } from '../kernel/sorted-names.js';
import { decodeShared, type EventCodec } from './event-codec.js';
import { categoryOf, type RecordedEvent } from './event.js';
import type { Statement } from './statements-query.js';
import type { Subscription } from './subscription.js';

/** A value of a row; bigint and instants travel as text and are cast by the column's type. */
export type RowValue = string | number | bigint | boolean | null | readonly RowValue[] | RowObject;
export interface RowObject {
  readonly [key: string]: RowValue;
}
export type Row = Readonly<Record<string, RowValue>>;

/**
 * What an event does to a read model, as data. There are no increments: a change says what a column
 * becomes, so the same change applied twice is the change applied once.
 */
export type RowChange =
  | { readonly kind: 'put'; readonly table: string; readonly row: Row }
  | { readonly kind: 'set'; readonly table: string; readonly key: Row; readonly values: Row }
  | { readonly kind: 'remove'; readonly table: string; readonly key: Row };

export interface ProjectedTable {
  readonly name: string;
  readonly key: readonly string[];
  readonly numbered?: Numbered;
}

/**
 * A column that counts rows of a table without a gap: 1, 2, 3 … of those that have the same in `within`, in the
 * order of `by`, which each stream writes in rising order and once. Rows without a `by` are not counted yet.
 * What is counted is given no other number, so that counting again changes nothing.
 */
export interface Numbered {
  readonly column: string;
  readonly within: string;
  readonly by: string;
}

/** A read model of one category of streams: pure, so that it can be rebuilt and compared. */
export interface Projection<Event = never> {
  readonly name: string;
  readonly category: string;
  readonly tables: readonly ProjectedTable[];
  readonly codec: EventCodec<Event>;
  project(event: Event, recorded: RecordedEvent): readonly RowChange[];
}

export type AnyProjection = Omit<Projection, 'project' | 'codec'> & {
  changesOf(recorded: RecordedEvent): readonly RowChange[];
};

/** Hides the event type, so that projections of all domains fit in one list. */
export function defineProjection<Event>(projection: Projection<Event>): AnyProjection {
  const { name, category, tables, codec } = projection;
  const changesOf = (recorded: RecordedEvent): readonly RowChange[] =>
    categoryOf(recorded.stream) === category
      ? projection.project(decodeShared(codec, recorded), recorded)
      : [];
  return { name, category, tables, changesOf };
}

export function toSubscription(projection: AnyProjection): Subscription {
  const { name, tables } = projection;
  return {
    name: `projection:${name}`,
    kind: 'statements',
    statementsOf: (events) =>
      statementsFor(
        tables,
        events.flatMap((event) => projection.changesOf(event)),
      ),
  };
}

type Merged =
  | { readonly kind: 'put' | 'set'; readonly values: Row }
  | { readonly kind: 'remove'; readonly values: Row };

/** Merges the changes of a page row by row; each table is written with few statements. */
export function statementsFor(
  tables: readonly ProjectedTable[],
  changes: readonly RowChange[],
): readonly Statement[] {
  if (changes.length === 0) return [];
  return tables.flatMap((table) => {
    const merged = mergeByKey(
      table,
      changes.filter((change) => change.table === table.name),
    );
    const written = writeTable(table, [...merged.values()]);
    const { numbered } = table;
    return numbered === undefined || written.length === 0 ? written : [...written, countOf(table, numbered)];
  });
}

/** As {@link statementsFor}, on a connection of the caller's. */
export async function applyChanges(
  client: Pick<PoolClient, 'query'>,
  tables: readonly ProjectedTable[],
  changes: readonly RowChange[],
): Promise<void> {
  for (const { text, values } of statementsFor(tables, changes)) await client.query(text, [...values]);
}

function mergeByKey(
  table: ProjectedTable,
  changes: readonly RowChange[],
): ReadonlyMap<string, Merged> {
  const merged = new Map<string, Merged>();
  for (const change of changes) {
    const source = change.kind === 'put' ? change.row : change.key;
    const id = idOf(source, table.key);
    merged.set(id, merge(merged.get(id), change));
  }
  return merged;
}

/** Each part with its length before it, so that no two keys read the same. */
function idOf(row: Row, key: readonly string[]): string {
  let id = '';
  for (const column of key) {
    const part = String(row[column]);
    id += `${part.length} ${part}`;
  }
  return id;
}

function merge(before: Merged | undefined, change: RowChange): Merged {
  switch (change.kind) {
    case 'put':
      return { kind: 'put', values: change.row };
    case 'remove':
      return { kind: 'remove', values: change.key };
    case 'set': {
      if (before?.kind === 'remove') return before;
      const values = { ...before?.values, ...change.key, ...change.values };
      return { kind: before?.kind ?? 'set', values };
    }
  }
}

function writeTable(table: ProjectedTable, rows: readonly Merged[]): readonly Statement[] {
  const groups = new Map<string, Group>();
  // Nearly all rows have their columns from one of a few lists, whose names are put together once for each.
  const known = { put: new Map<Columns, Group>(), set: new Map<Columns, Group>(), remove: new Map<Columns, Group>() };
  for (const { kind, values } of rows) {
    const columns = sortedNames(Object.keys(values));
    const group = known[kind].get(columns) ?? groupOf(groups, kind, columns);
    group.rows.push(values);
    known[kind].set(columns, group);
  }
  return [...groups.values()].map(({ kind, columns, rows: grouped }) => ({
    text: statementOf(kind, table, columns),
    values: [jsonText(grouped)],
  }));
}

/** Rows that one statement writes: the same columns, in whatever order. */
interface Group {
  readonly kind: Merged['kind'];
  readonly columns: Columns;
  readonly rows: Row[];
}

/** Sorted. */
type Columns = readonly string[];

function groupOf(groups: Map<string, Group>, kind: Merged['kind'], columns: Columns): Group {
  const id = `${kind} ${columns.join(' ')}`;
  const group = groups.get(id) ?? { kind, columns, rows: [] };
  groups.set(id, group);
  return group;
}

/** Counts on from the highest number that was given. */
function countOf({ name, key }: ProjectedTable, { column, within, by }: Numbered): Statement {
  const [table, number, group, order] = [name, column, within, by].map(quoted);
  const keys = key.map(quoted);
  const counted = `SELECT ${keys.map((one) => `fresh.${one}`).join(', ')},
      coalesce((SELECT max(known.${number}) FROM ${table} AS known WHERE known.${group} = fresh.${group}), 0)
        + row_number() OVER (PARTITION BY fresh.${group} ORDER BY fresh.${order}) AS number
    FROM ${table} AS fresh WHERE fresh.${order} IS NOT NULL AND fresh.${number} IS NULL`;
  const onKey = keys.map((one) => `${table}.${one} = counted.${one}`).join(' AND ');
  return { text: `UPDATE ${table} SET ${number} = counted.number FROM (${counted}) AS counted WHERE ${onKey}`, values: [] };
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function statementOf(
  kind: Merged['kind'],
  table: ProjectedTable,
  columns: readonly string[],
): string {
  const name = quoted(table.name);
  const given = `jsonb_populate_recordset(NULL::${name}, $1::jsonb) AS given`;
  const onKey = table.key.map((key) => `${name}.${quoted(key)} = given.${quoted(key)}`).join(' AND ');
  if (kind === 'remove') return `DELETE FROM ${name} USING ${given} WHERE ${onKey}`;
  const others = columns.filter((column) => !table.key.includes(column));
  const list = columns.map(quoted).join(', ');
  if (kind === 'set') {
    const sets = others.map((column) => `${quoted(column)} = given.${quoted(column)}`);
    return `UPDATE ${name} SET ${sets.join(', ')} FROM ${given} WHERE ${onKey}`;
  }
  const sets = others.map((column) => `${quoted(column)} = EXCLUDED.${quoted(column)}`);
  const conflict = sets.length === 0 ? 'DO NOTHING' : `DO UPDATE SET ${sets.join(', ')}`;
  const keys = table.key.map(quoted).join(', ');
  return `INSERT INTO ${name} (${list}) SELECT ${list} FROM ${given} ON CONFLICT (${keys}) ${conflict}`;
}
