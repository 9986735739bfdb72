import pg from 'pg';
import { PurchaseQueries } from '../../src/allocation/projection/purchase.queries.js';
import { openTable } from '../../src/billing/adapter/table/table-writer.js';
import { CostRows } from '../../src/billing/application/export/cost-rows.js';
import { MonthPages } from '../../src/billing/application/export/month-pages.js';
import { RowSources } from '../../src/billing/application/export/row-sources.js';
import { BooksQueries } from '../../src/billing/projection/books.queries.js';
import type { OrganizationId } from '../../src/kernel/ids.js';
import type { Instant } from '../../src/kernel/time.js';
import { RatedHours } from '../../src/metering/projection/rated-hour.queries.js';
import { Database } from '../../src/platform/database/prisma.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { heldBytes } from '../support/held-bytes.js';

const HOURS = 600;
const RESERVATIONS = 70;
const OWNER = 'owner' as OrganizationId;
const SEED = `INSERT INTO usage_revision (holder_id, hour, reservation_id, revision, events, input_tokens, cached_tokens,
    output_tokens, reasoning_tokens, weighted, entitled, overage, overage_amount, rated_at, log_transaction, log_position)
  SELECT '${OWNER}', timestamptz '2026-11-01Z' + h * interval '1 hour', 'llama-3.3-70b@fp8~' || r, 1, 9, 5000, 100, 20000, 0,
    205000000 + r, 360000000, 0, 0, '2026-11-02', h, r
  FROM generate_series(0, ${HOURS - 1}) h, generate_series(1, ${RESERVATIONS}) r`;

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 4 });
  await pool.query(SEED);
  await pool.query('ANALYZE usage_revision');
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

describe('an export of many rows', () => {
  it.each(['csv', 'jsonl', 'parquet'] as const)('as %s keeps no more of them the more there are', async (format) => {
    const prisma = new Database(pool);
    const [purchases, rated] = [new PurchaseQueries(prisma), new RatedHours(pool)];
    const months = new MonthPages(new BooksQueries(pool), purchases, rated, prisma);
    const sources = new RowSources(months, new CostRows(months, purchases, rated, null as never));
    const window = { start: Date.parse('2026-11-01') as Instant, end: Date.parse('2026-12-01') as Instant };
    const period = { month: '2026-11', status: 'draft', window } as never;
    const spans = [{ month: '2026-11', after: null, through: null }];
    const { table, pages } = await sources.open('usage_hours', { organizationId: OWNER, period, invoice: null, document: null, voided: null, spans, closedAt: null, booksAfter: null });
    let bytes = 0;
    const writer = openTable(format, table, async (chunk) => void (bytes += chunk.length));
    const samples: number[] = [];
    let rows = 0;
    for await (const page of pages) {
      await writer.write(page.rows);
      rows += page.count;
      // At the same place in a row group of Parquet.
      if (rows % 10_000 === 0) samples.push(heldBytes());
    }
    await writer.finish();
    expect([rows, samples.length]).toEqual([HOURS * RESERVATIONS, 4]);
    expect(bytes).toBeGreaterThan(100_000);
    const [, second = 0, ...later] = samples;
    // All of the rows would be tens of megabytes.
    expect(Math.max(...later) - second).toBeLessThan(4_000_000);
  });
});
