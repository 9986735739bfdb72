// Money: ledger postings/s beside pgbench, a run of invoices, a FOCUS export beside DuckDB, and exports of a million rows.
import pg from 'pg';
import { exports } from './billing/exports.mjs';
import { focus } from './billing/focus.mjs';
import { invoices } from './billing/invoices.mjs';
import { postings } from './billing/postings.mjs';

const PARTS = { postings, invoices, focus, exports };

export async function run({ url, folder, seconds, rounds, only }) {
  const names = only === undefined ? Object.keys(PARTS) : only.split(',');
  const results = { ratios: {}, figures: {} };
  for (const asked of names) {
    // `exports:PARQUET`: of that part, the files that are called so.
    const [name, which = ''] = asked.split(':');
    const part = PARTS[name];
    if (part === undefined) throw new Error(`--only: expected ${Object.keys(PARTS).join(', ')}, not ${name}`);
    const pool = new pg.Pool({ connectionString: url, max: 8 });
    try {
      const { ratios, figures } = await part({ url, pool, folder, seconds, rounds, which });
      Object.assign(results.ratios, ratios);
      Object.assign(results.figures, figures);
    } finally {
      await pool.end();
    }
  }
  return results;
}
