import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import pg from 'pg';
import type { Instant } from '../../src/kernel/time.js';
import { startTimeAt } from '../support/test-time.js';

/** One that was applied; the checksum is SHA-256 of its text, in hexadecimal digits. */
export interface Applied {
  readonly name: string;
  readonly checksum: string;
}

/** What a release left behind: its name, its migrations by name, what its clock said, and all rows as JSON text. */
export interface ReleaseData {
  readonly release: string;
  readonly migrations: readonly Applied[];
  readonly now: Instant;
  /** By table, with its schema. */
  readonly rows: ReadonlyMap<string, readonly string[]>;
}

export const FOLDER = join(import.meta.dirname, 'data');
/** Prisma's own history, which migrations write, and the clock, which is said in the head. */
const NOT_KEPT = ['public._prisma_migrations', 'public.simulated_clock'];
/** Whatever lets somebody in. */
const SECRET = ['session', 'api_key', 'invitation', 'pool_credential', 'webhook_endpoint', 'webhook_delivery', 'webhook_attempt', 'mail_message'];

type Client = Pick<pg.Client, 'query'>;

async function inDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function tablesOf(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(`SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
    WHERE table_schema IN ('public', 'eventstore') AND table_type = 'BASE TABLE' ORDER BY 1`);
  return rows.map(({ name }) => name).filter((name) => !NOT_KEPT.includes(name));
}

interface Column {
  readonly name: string;
  readonly type: string;
  /** By a sequence. */
  readonly isCounted: boolean;
}

async function columnsOf(client: Client, table: string): Promise<readonly Column[]> {
  const { rows } = await client.query<Column>(
    `SELECT column_name AS name, data_type AS type, is_identity = 'YES' OR coalesce(column_default, '') LIKE 'nextval%' AS "isCounted"
      FROM information_schema.columns WHERE table_schema || '.' || table_name = $1 AND is_generated = 'NEVER' ORDER BY ordinal_position`,
    [table],
  );
  return rows;
}

/**
 * Writes a database down that nothing uses any more; what is secret in it is gone before, and transaction ids become 1, 2, 3 … in
 * their order, so that they are in the past of every other server, too.
 */
export async function keepRelease(url: string, head: Pick<ReleaseData, 'release' | 'now'>): Promise<Buffer> {
  return inDatabase(url, async (client) => {
    const tables = await tablesOf(client);
    await client.query(`SET session_replication_role = replica; ${SECRET.map((name) => `DELETE FROM ${name};`).join(' ')}
      UPDATE member SET password_hash = '';
      UPDATE eventstore.outbox SET enqueued_at = NULL WHERE completed_at IS NULL;`);
    await renumberTransactions(client, tables);
    const { rows: migrations } = await client.query<Applied>('SELECT migration_name AS name, checksum FROM _prisma_migrations ORDER BY 1');
    const lines = [JSON.stringify({ ...head, migrations })];
    for (const table of tables) {
      const { rows } = await client.query<{ row: string }>(`SELECT row_to_json(t)::text AS row FROM ${table} AS t ORDER BY 1`);
      lines.push(...rows.map(({ row }) => `${table}\t${row}`));
    }
    return promisify(gzip)(`${lines.join('\n')}\n`, { level: 9 });
  });
}

/** Where transaction ids stand as they are, and where they were copied to. */
const isTransaction = ({ name, type }: Column): boolean => type === 'xid8' || name === 'log_transaction';

async function renumberTransactions(client: Client, tables: readonly string[]): Promise<void> {
  const places: (readonly [table: string, column: Column])[] = [];
  for (const table of tables) places.push(...(await columnsOf(client, table)).filter(isTransaction).map((column) => [table, column] as const));
  const ids = places.map(([table, { name }]) => `SELECT ${name}::text::xid8 AS id FROM ${table}`).join(' UNION ');
  await client.query(`CREATE TEMP TABLE place AS SELECT id, row_number() OVER (ORDER BY id) AS rank FROM (${ids}) AS ids WHERE id > '0'`);
  for (const [table, { name, type }] of places) {
    await client.query(`UPDATE ${table} SET ${name} = rank::text::${type} FROM place WHERE place.id::text = ${table}.${name}::text`);
  }
}

export async function readRelease(name: string): Promise<ReleaseData> {
  const text = await promisify(gunzip)(await readFile(join(FOLDER, `${name}.jsonl.gz`)));
  const [head = '', ...lines] = text.toString().trimEnd().split('\n');
  const rows = new Map<string, string[]>();
  for (const line of lines) {
    const end = line.indexOf('\t');
    const table = line.slice(0, end);
    rows.set(table, [...(rows.get(table) ?? []), line.slice(end + 1)]);
  }
  return { ...(JSON.parse(head) as Omit<ReleaseData, 'rows'>), rows };
}

/** Into a database that has the release's tables, and nothing in them; its clock goes on where it was. */
export async function loadRelease(url: string, { rows, now }: ReleaseData): Promise<void> {
  await inDatabase(url, async (client) => {
    await client.query('SET session_replication_role = replica');
    for (const [table, texts] of rows) {
      const columns = await columnsOf(client, table);
      const names = columns.map(({ name }) => `"${name}"`).join(', ');
      await client.query(`DELETE FROM ${table}`);
      await client.query(
        `INSERT INTO ${table} (${names}) OVERRIDING SYSTEM VALUE SELECT ${names} FROM json_populate_recordset(NULL::${table}, $1)`,
        [`[${texts.join(',')}]`],
      );
      for (const { name } of columns.filter(({ isCounted }) => isCounted)) {
        await client.query(`SELECT setval(pg_get_serial_sequence('${table}', '${name}'), (SELECT max(${name}) FROM ${table}))`);
      }
    }
    // A server that is younger than the log would go on before it.
    await client.query(`DO $$ BEGIN
      WHILE pg_current_xact_id() <= (SELECT max(transaction_id) FROM eventstore.streams) LOOP COMMIT; END LOOP;
    END $$`);
  });
  await startTimeAt(url, now);
}
