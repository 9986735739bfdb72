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
import { cpuSeconds } from '../cpu-time.mjs';
import { ratio } from '../measure.mjs';
import { importPeer } from '../peers.mjs';
import { seedMonth } from './month.mjs';

const RESERVATIONS_PER_SECOND = 280;
const HOURS = 720;
const OWNER = 'focus-owner';
const START = Date.parse('2026-11-01T00:00:00Z');
const END = Date.parse('2026-12-01T00:00:00Z');

async function write(pool, format, path) {
  const database = new Database(pool);
  const purchases = new PurchaseQueries(database);
  const rated = new RatedHours(pool);
  const months = new MonthPages(new BooksQueries(pool), purchases, rated, database);
  const directory = { find: async () => ({ name: 'Provider' }) };
  const costs = new CostRows(months, purchases, rated, directory);
  const period = {
    ...{ month: '2026-11', status: 'final', organizationId: OWNER, organizationName: 'Buyer', issuerName: 'Headroom' },
    ...{ window: { start: START, end: END }, invoiceNumber: 'HR-2026-000001', layout: 4 },
  };
  const scope = { organizationId: OWNER, period, invoice: null, document: null, voided: null, spans: [{ month: '2026-11', after: null, through: null }], booksAfter: null };
  const file = createWriteStream(path);
  const hash = createHash('sha256');
  const writer = openTable(format, COST_AND_USAGE, async (bytes) => {
    hash.update(bytes);
    if (!file.write(bytes)) await once(file, 'drain');
  });
  globalThis.gc?.();
  const before = process.memoryUsage();
  let [rows, heap, rss] = [0, 0, 0];
  const counted = function* (page) {
    for (const row of page.rows) {
      rows += 1;
      yield row;
    }
  };
  const [started, cpu] = [performance.now(), cpuSeconds()];
  for await (const page of costs.pages(scope)) {
    await writer.write(counted(page));
    const { heapUsed, rss: held } = process.memoryUsage();
    [heap, rss] = [Math.max(heap, heapUsed), Math.max(rss, held)];
  }
  await writer.finish();
  file.end();
  await once(file, 'finish');
  const seconds = (performance.now() - started) / 1_000;
  const mib = (bytes) => Math.round(bytes / 1_048_576);
  const perCpuSecond = Math.round(rows / (cpuSeconds() - cpu));
  return { rows, seconds, perSecond: Math.round(rows / seconds), perCpuSecond, heapGrowthMiB: mib(heap - before.heapUsed), rssMiB: mib(rss) };
}

async function duckdb(folder, csv) {
  const { DuckDBInstance } = await importPeer('@duckdb/node-api', 'duckdb');
  const connection = await (await DuckDBInstance.create(join(folder, 'focus.duckdb'))).connect();
  const list = COST_AND_USAGE.columns.map(({ name, type }) => `'${name}': '${DUCK[type.kind]}'`).join(', ');
  await connection.run(`CREATE TABLE focus AS SELECT * FROM read_csv('${csv}', header = true, columns = {${list}})`);
  const timed = async (format, path) => {
    const [started, cpu] = [performance.now(), cpuSeconds()];
    await connection.run(`COPY focus TO '${path}' (FORMAT ${format})`);
    return [(performance.now() - started) / 1_000, cpuSeconds() - cpu];
  };
  const count = Number((await (await connection.run('SELECT count(*) FROM focus')).getRows())[0][0]);
  const [csvRows, csvCpu] = (await timed('csv', join(folder, 'duck.csv'))).map((seconds) => Math.round(count / seconds));
  const [parquetRows, parquetCpu] = (await timed('parquet', join(folder, 'duck.parquet'))).map((seconds) => Math.round(count / seconds));
  connection.closeSync();
  return { count, csv: csvRows, csvCpu, parquet: parquetRows, parquetCpu };
}
const DUCK = { text: 'VARCHAR', json: 'VARCHAR', instant: 'TIMESTAMPTZ', decimal: 'DECIMAL(38,12)' };

export async function focus({ pool, folder, seconds }) {
  const reservations = Math.ceil(RESERVATIONS_PER_SECOND * seconds);
  await seedMonth(pool, { owner: OWNER, start: START, hours: HOURS, reservations });
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
      // PostgreSQL's share is in ours; DuckDB has its rows in its own file.
      'focusCsv/duckdb per CPU second': ratio(ours.csv.perCpuSecond, peer.csvCpu),
      'focusParquet/duckdb per CPU second': ratio(ours.parquet.perCpuSecond, peer.parquetCpu),
    },
    figures: {
      ...{ focusRows: ours.csv.rows, focusCsvMiB: Math.round(size / 1_048_576) },
      ...{ focusCsvRowsPerSecond: ours.csv.perSecond, focusParquetRowsPerSecond: ours.parquet.perSecond },
      ...{ focusCsvRowsPerCpuSecond: ours.csv.perCpuSecond, focusParquetRowsPerCpuSecond: ours.parquet.perCpuSecond },
      ...{ duckdbCsvRowsPerCpuSecond: peer.csvCpu, duckdbParquetRowsPerCpuSecond: peer.parquetCpu },
      ...{ duckdbCsvRowsPerSecond: peer.csv, duckdbParquetRowsPerSecond: peer.parquet },
      ...{ focusCsvHeapGrowthMiB: ours.csv.heapGrowthMiB, focusParquetHeapGrowthMiB: ours.parquet.heapGrowthMiB },
      focusPeakRssMiB: Math.max(ours.csv.rssMiB, ours.parquet.rssMiB),
    },
  };
}
