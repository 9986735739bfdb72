// The market: matching in memory, durable orders, orders over GraphQL, how cost grows with the book,
// start-up from a long log, and an order elsewhere. Every ratio is of two that took turns in this run.
// `--only matching,growth` runs some of the parts.
import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { migrate } from '../../dist/platform/database/migrate.js';
import { dropDatabase, freshDatabase } from './fresh-database.mjs';

const PARTS = ['matching', 'growth', 'durable', 'doors', 'startup', 'vendure'];
const PRISMA_FOLDER = fileURLToPath(new URL('../../prisma', import.meta.url));

/** @throws Error naming a part that there is not */
export function partsOf(only) {
  const wanted = only === undefined ? PARTS : only.split(',');
  const unknown = wanted.filter((name) => !PARTS.includes(name));
  if (unknown.length > 0) throw new Error(`--only ${unknown.join(',')}: expected some of ${PARTS.join(',')}`);
  return PARTS.filter((name) => wanted.includes(name));
}

export async function run({ only, ...options }) {
  // On a busy machine rates say little: see docs/PERFORMANCE.md.
  const machine = { cores: availableParallelism(), 'load average at the start': Math.round(loadavg()[0] * 10) / 10 };
  const all = { ratios: {}, figures: machine };
  for (const name of partsOf(only)) {
    console.log(`\n== ${name}`);
    const started = performance.now();
    const { ratios, figures } = await runPart(name, options);
    Object.assign(all.ratios, ratios);
    Object.assign(all.figures, figures);
    console.log(`== ${name}: ${Math.round((performance.now() - started) / 1_000)} s`, JSON.stringify(ratios));
  }
  return all;
}

async function runPart(name, options) {
  const part = await import(`./market/${name}.mjs`);
  const database = `bench_${name}`;
  const url = await freshDatabase(options.url, database);
  await migrate(url, PRISMA_FOLDER);
  const result = await part.run({ ...options, url });
  await dropDatabase(options.url, database);
  return result;
}
