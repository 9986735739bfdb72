// The market: matching in memory, durable orders, orders over GraphQL, how cost grows with the book,
// start-up from a long log, and an order elsewhere. Every ratio is of two that took turns in this run.
// `--only matching,growth` runs some of the parts.
const PARTS = ['matching', 'growth', 'durable', 'doors', 'startup', 'vendure'];

/** @throws Error naming a part that there is not */
export function partsOf(only) {
  const wanted = only === undefined ? PARTS : only.split(',');
  const unknown = wanted.filter((name) => !PARTS.includes(name));
  if (unknown.length > 0) throw new Error(`--only ${unknown.join(',')}: expected some of ${PARTS.join(',')}`);
  return PARTS.filter((name) => wanted.includes(name));
}

export async function run({ only, ...options }) {
  const all = { ratios: {}, figures: {}, leftOut: {} };
  for (const name of partsOf(only)) {
    console.log(`\n== ${name}`);
    const started = performance.now();
    const part = await import(`./market/${name}.mjs`);
    const { ratios = {}, figures = {}, leftOut } = await part.run(options);
    Object.assign(all.ratios, ratios);
    Object.assign(all.figures, figures);
    if (leftOut !== undefined) all.leftOut[name] = leftOut;
    console.log(`== ${name}: ${Math.round((performance.now() - started) / 1_000)} s`, JSON.stringify(ratios));
  }
  return all;
}
