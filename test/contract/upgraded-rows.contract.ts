import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';

// Rows of read models as a release before wrote them, and what `verify` works out from the same events now.

const FOLDER = join(import.meta.dirname, '../../prisma/migrations');
/** The last one of that release. */
const BEFORE = '20261129140100_invoice_lines';
const STEPS = [{ missedBy: 0, credit: 1_000 }];
const ALL = ['overLimit', 'tooLong', 'batch'];

let database: TestDatabase;
let client: pg.Client;

async function migrate(isWanted: (name: string) => boolean): Promise<void> {
  const names = (await readdir(FOLDER)).filter((name) => /^\d{14}_/.test(name) && isWanted(name)).sort();
  for (const name of names) await client.query(await readFile(join(FOLDER, name, 'migration.sql'), 'utf8'));
}

/** What a column may not be without, where the test says nothing of it. */
const SOMETHING: Readonly<Record<string, string>> = {
  ...{ text: '', 'character varying': '', integer: '0', bigint: '0', numeric: '0', boolean: 'false', jsonb: '{}', ARRAY: '{}' },
  ...{ 'timestamp with time zone': '2026-11-29T10:00:00Z', bytea: '' },
};

async function insert(table: string, given: Readonly<Record<string, unknown>>): Promise<void> {
  const { rows } = await client.query<{ name: string; type: string }>(
    `SELECT column_name AS name, data_type AS type FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name = $1 AND is_nullable = 'NO' AND column_default IS NULL`,
    [table],
  );
  const row = { ...Object.fromEntries(rows.map(({ name, type }) => [name, SOMETHING[type]])), ...given };
  const values = Object.values(row).map((value) => (typeof value === 'object' ? JSON.stringify(value) : value));
  await client.query(`INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${values.map((_, index) => `$${index + 1}`).join(', ')})`, values);
}

const rowsOf = async (query: string): Promise<unknown[]> => (await client.query<{ row: unknown }>(query)).rows.map(({ row }) => row);

beforeAll(async () => {
  database = await createEmptyDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await migrate((name) => name <= BEFORE);
  const credits = { samplesMin: 20, steps: STEPS };
  await insert('pool', { pool_id: 'p', terms: { royalty: 5, credits } });
  await insert('pool_terms', { pool_id: 'p', version: 1, terms: { serviceLevel: null } });
  await insert('pool_terms', { pool_id: 'p', version: 2, terms: { serviceLevel: { contextLength: 9, credits } } });
  await insert('service_hour', { reservation_id: 'r', terms: { contextLength: 9, credits } });
  const line = { kind: 'delivery', amount: '5', served: null, postedAt: 1, reservationId: 'r' };
  await insert('invoice', { number: 'HR-1', organization_id: 'o', month: '2026-10', charges: 5, lines: [line] });
  await insert('invoice_line', { number: 'HR-1', place: 1, line });
  await insert('invoice_summary', { number: 'HR-1', overage: [] });
  const total = { tokenClass: 'output', tier: null, count: 2, amount: '5' };
  await insert('invoice_summary', { number: 'HR-2', overage: [{ ...total, tier: 'batch' }, total] });
  await migrate((name) => name > BEFORE);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

it('formulas left out all that a provider may count', async () => {
  const credits = { samplesMin: 20, steps: STEPS, exclusions: ALL };
  expect(await rowsOf('SELECT terms AS row FROM pool')).toEqual([{ royalty: 5, credits }]);
  const kept = [{ serviceLevel: null }, { serviceLevel: { contextLength: 9, credits } }];
  expect(await rowsOf('SELECT terms AS row FROM pool_terms ORDER BY version')).toEqual(kept);
  expect(await rowsOf('SELECT terms AS row FROM service_hour')).toEqual([{ contextLength: 9, credits }]);
});

it('nothing of overage came back by tokens and tier', async () => {
  const total = { tokenClass: 'output', count: 2, amount: '5', credited: '0' };
  expect(await rowsOf('SELECT overage AS row FROM invoice_summary ORDER BY number')).toEqual([
    [],
    [{ ...total, tier: 'batch' }, { ...total, tier: null }],
  ]);
});

it('lines of an invoice are kept once', async () => {
  expect(await rowsOf('SELECT to_jsonb(invoice) AS row FROM invoice')).toEqual([expect.objectContaining({ number: 'HR-1', month: '2026-10', charges: 5 })]);
  expect(await rowsOf('SELECT to_jsonb(invoice) AS row FROM invoice')).not.toEqual([expect.objectContaining({ lines: expect.anything() })]);
  expect(await rowsOf('SELECT line AS row FROM invoice_line')).toEqual([{ kind: 'delivery', amount: '5', served: null, postedAt: 1, reservationId: 'r' }]);
});
