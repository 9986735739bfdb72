// The market: matching in memory, durable orders, orders over GraphQL, how cost grows with the book,
// start-up from a long log, and an order elsewhere. Every ratio is of two that took turns in this run.
// `--only matching,growth` runs some of the parts.
import { availableParallelism, loadavg } from 'node:os';

const PARTS = ['matching', 'growth', 'durable', 'doors', 'startup', 'vendure'];

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
    const part = await import(`./market/${name}.mjs`);
    const { ratios, figures } = await part.run(options);
    Object.assign(all.ratios, ratios);
    Object.assign(all.figures, figures);
    console.log(`== ${name}: ${Math.round((performance.now() - started) / 1_000)} s`, JSON.stringify(ratios));
  }
  return all;
}
