// FOCUS Cost and Usage of a month with 1,000,000 charges and hours of use (201,600 for each of --seconds),
// beside DuckDB writing the same rows from a table of its own.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { openTable } from '../../../dist/billing/adapter/table/table-writer.js';
import { CostRows } from '../../../dist/billing/application/export/cost-rows.js';
import { MonthPages } from '../../../dist/billing/application/export/month-pages.js';
import { COST_AND_USAGE } from '../../../dist/billing/model/export/focus.columns.js';
import { BooksQueries } from '../../../dist/billing/projection/books.queries.js';
import { PurchaseQueries } from '../../../dist/allocation/projection/purchase.queries.js';
import { RatedHours } from '../../../dist/metering/projection/rated-hour.queries.js';
import { Database } from '../../../dist/platform/database/prisma.js';
import { ratio } from '../measure.mjs';
import { importPeer } from '../peers.mjs';

const RESERVATIONS_PER_SECOND = 280;
const HOURS = 720;
const OWNER = 'focus-owner';
const START = Date.parse('2026-11-01T00:00:00Z');
const END = Date.parse('2026-12-01T00:00:00Z');

/** As the projections would write them. */
const seed = (RESERVATIONS) => `
  INSERT INTO market_pool (pool_id, market_id, provider_id, opened_at)
    VALUES ('focus-pool', 'llama-3.3-70b@fp8', 'focus-provider', '2026-11-01') ON CONFLICT DO NOTHING;
  INSERT INTO reservation (reservation_id, market_id, pool_id, listing_id, seller_id, holder_id, window_start,
      window_end, quantity, unit_price, amount, hops, terms_version, status, held_at, paid_at, entitlement, stream_version)
    SELECT 'llama-3.3-70b@fp8~' || r, 'llama-3.3-70b@fp8', 'focus-pool', 'l', 'focus-provider', '${OWNER}', '2026-11-01',
      '2026-12-01', 10, 333, 333 * 7200, 0, 1, 'active', '2026-11-01', '2026-11-01', '[]', 1
    FROM generate_series(1, ${RESERVATIONS}) r;
  INSERT INTO ledger_charge (organization_id, version, month, kind, reservation_id, amount, served_from, served_to, posted_at)
    SELECT '${OWNER}', h * ${RESERVATIONS} + r, '2026-11', 'delivery', 'llama-3.3-70b@fp8~' || r, 3330,
      timestamptz '2026-11-01Z' + h * interval '1 hour', timestamptz '2026-11-01Z' + (h + 1) * interval '1 hour',
      timestamptz '2026-11-01Z' + (h + 1) * interval '1 hour'
    FROM generate_series(0, ${HOURS - 1}) h, generate_series(1, ${RESERVATIONS}) r;
  INSERT INTO usage_revision (holder_id, hour, reservation_id, revision, events, input_tokens, cached_tokens, output_tokens,
      reasoning_tokens, weighted, entitled, overage, overage_amount, rated_at, log_transaction, log_position)
    SELECT '${OWNER}', timestamptz '2026-11-01Z' + h * interval '1 hour', 'llama-3.3-70b@fp8~' || r, 1, 9, 5000, 100, 20000,
      0, 205000000 + r, 360000000, 0, 0, '2026-11-02', h, r
    FROM generate_series(0, ${HOURS - 1}) h, generate_series(1, ${RESERVATIONS}) r;
  ANALYZE`;

async function write(pool, format, path) {
  const database = new Database(pool);
  const purchases = new PurchaseQueries(database);
  const rated = new RatedHours(pool);
  const months = new MonthPages(new BooksQueries(pool), purchases, rated, database);
  const directory = { find: async () => ({ name: 'Provider' }) };
  const costs = new CostRows(months, purchases, rated, directory);
  const period = {
    ...{ month: '2026-11', status: 'final', organizationId: OWNER, organizationName: 'Buyer', issuerName: 'Headroom' },
    ...{ window: { start: START, end: END }, invoiceNumber: 'HR-2026-000001' },
  };
  const scope = { organizationId: OWNER, period, invoice: null, spans: [{ month: '2026-11', after: null, through: null }], booksAfter: null };
  const file = createWriteStream(path);
  const hash = createHash('sha256');
  const writer = openTable(format, COST_AND_USAGE, async (bytes) => {
    hash.update(bytes);
    if (!file.write(bytes)) await once(file, 'drain');
  });
  globalThis.gc?.();
  const before = process.memoryUsage();
  let [rows, heap, rss] = [0, 0, 0];
  const started = performance.now();
  for await (const page of costs.pages(scope)) {
    await writer.write(page.rows);
    rows += page.rows.length;
    const { heapUsed, rss: held } = process.memoryUsage();
    [heap, rss] = [Math.max(heap, heapUsed), Math.max(rss, held)];
  }
  await writer.finish();
  file.end();
  await once(file, 'finish');
  const seconds = (performance.now() - started) / 1_000;
  const mib = (bytes) => Math.round(bytes / 1_048_576);
  return { rows, seconds, perSecond: Math.round(rows / seconds), heapGrowthMiB: mib(heap - before.heapUsed), rssMiB: mib(rss) };
}

async function duckdb(folder, csv) {
  const { DuckDBInstance } = await importPeer('@duckdb/node-api', 'duckdb');
  const connection = await (await DuckDBInstance.create(join(folder, 'focus.duckdb'))).connect();
  const list = COST_AND_USAGE.columns.map(({ name, type }) => `'${name}': '${DUCK[type.kind]}'`).join(', ');
  await connection.run(`CREATE TABLE focus AS SELECT * FROM read_csv('${csv}', header = true, columns = {${list}})`);
  const timed = async (format, path) => {
    const started = performance.now();
    await connection.run(`COPY focus TO '${path}' (FORMAT ${format})`);
    return (performance.now() - started) / 1_000;
  };
  const count = Number((await (await connection.run('SELECT count(*) FROM focus')).getRows())[0][0]);
  const [csvSeconds, parquetSeconds] = [await timed('csv', join(folder, 'duck.csv')), await timed('parquet', join(folder, 'duck.parquet'))];
  connection.closeSync();
  return { count, csv: Math.round(count / csvSeconds), parquet: Math.round(count / parquetSeconds) };
}
const DUCK = { text: 'VARCHAR', json: 'VARCHAR', instant: 'TIMESTAMPTZ', decimal: 'DECIMAL(38,12)' };

export async function focus({ pool, folder, seconds }) {
  await pool.query(seed(Math.ceil(RESERVATIONS_PER_SECOND * seconds)));
  const paths = { csv: join(folder, 'focus.csv'), parquet: join(folder, 'focus.parquet') };
  const ours = { csv: await write(pool, 'csv', paths.csv) };
  console.log('csv', ours.csv);
  ours.parquet = await write(pool, 'parquet', paths.parquet);
  console.log('parquet', ours.parquet);
  const peer = await duckdb(folder, paths.csv);
  console.log('duckdb', peer);
  if (peer.count !== ours.csv.rows) throw new Error(`DuckDB read ${peer.count} of ${ours.csv.rows} rows`);
  const size = (await stat(paths.csv)).size;
  return {
    ratios: {
      'focusCsv/duckdb': ratio(ours.csv.perSecond, peer.csv),
      'focusParquet/duckdb': ratio(ours.parquet.perSecond, peer.parquet),
    },
    figures: {
      ...{ focusRows: ours.csv.rows, focusCsvMiB: Math.round(size / 1_048_576) },
      ...{ focusCsvRowsPerSecond: ours.csv.perSecond, focusParquetRowsPerSecond: ours.parquet.perSecond },
      ...{ duckdbCsvRowsPerSecond: peer.csv, duckdbParquetRowsPerSecond: peer.parquet },
      ...{ focusCsvHeapGrowthMiB: ours.csv.heapGrowthMiB, focusParquetHeapGrowthMiB: ours.parquet.heapGrowthMiB },
      focusPeakRssMiB: Math.max(ours.csv.rssMiB, ours.parquet.rssMiB),
    },
  };
}
