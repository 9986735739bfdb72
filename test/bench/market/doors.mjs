// Orders/s through GraphQL over HTTP with authentication, money and validation, beside a trivial mutation
// of the same server and pgbench on the same database, by turns; one by one and twenty in a request.
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { withCpu } from '../cpu-time.mjs';
import { median, ratio } from '../measure.mjs';
import { ask, portOf, start, stop } from './processes.mjs';
import { INSERT_ROW, MAKE_ROWS, pgbenchTimed } from '../pgbench.mjs';
import { Trader } from './trader.mjs';

const BUYERS = 4;
/** Hours that are traded. */
export const HOURS = 24;
/** Of orders, until the engine has compiled what it runs: a server is there for days. */
const WARM_UP_SECONDS = 12;
const SLICES = { echo32: ['echo', 32], order32: ['order', 32], order64: ['order', 64], list32: ['list', 32] };

/** The product in a process of its own. */
export async function startServer({ url, folder, clock = 'real' }) {
  const secretKey = randomBytes(32).toString('base64url');
  const child = start('server.mjs', { databaseUrl: url, secretKey, folder, clock });
  return { port: await portOf(child), stop: () => stop(child) };
}

/** A market with plenty to buy, and buyers with plenty of money. */
export async function openMarket(port) {
  const provider = await Trader.signUp(port, 'provider', true);
  const first = Math.ceil(Date.now() / 3_600_000) * 3_600_000 + 48 * 3_600_000;
  const { poolId, marketId } = await provider.registerPool(first);
  const listings = [];
  for (let hour = 0; hour < HOURS; hour += 1) {
    const window = [first + hour * 3_600_000, first + (hour + 4) * 3_600_000];
    listings.push(await provider.list({ poolId, window, quantity: 10_000_000, unitPrice: 100 }));
  }
  const buyers = [];
  for (let index = 0; index < BUYERS; index += 1) {
    buyers.push(await Trader.signUp(port, `buyer ${index}`, false));
    for (let time = 0; time < 5; time += 1) await buyers[index].topUp();
  }
  return { marketId, start: first, listings, tokens: await Promise.all(buyers.map((buyer) => buyer.token())) };
}

/** Events that the slowest reader of the log has not handled yet. */
async function behind(pool) {
  const { rows } = await pool.query(`SELECT count(*)::int AS events FROM eventstore.events
    WHERE position > (SELECT min(position) FROM eventstore.checkpoints)`);
  return rows[0].events;
}

/** A slice, how far readers are behind as it ends, and how long until they are not: what a server takes in for longer it has to follow. */
async function followed(pool, slice) {
  const result = await slice();
  const ended = performance.now();
  const eventsBehind = await behind(pool);
  while ((await behind(pool)) > 0) await pause(50);
  return { ...result, eventsBehind, behindMs: Math.round(performance.now() - ended) };
}

export async function run({ url, folder, seconds, rounds }) {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  await pool.query(MAKE_ROWS);
  const server = await startServer({ url, folder });
  const { start: first, ...market } = await openMarket(server.port);
  const got = { pgbench32: [], pgbench64: [], ...Object.fromEntries(Object.keys(SLICES).map((name) => [name, []])) };
  const given = { ...market, port: server.port, window: { start: first, count: HOURS } };
  const load = start('load.mjs', { ...given, run: Date.now() % 1e9 });
  try {
    for (const [kind, inFlight] of Object.values(SLICES)) await ask(load, { kind, inFlight, seconds: kind === 'echo' ? WARM_UP_SECONDS / 4 : WARM_UP_SECONDS });
    for (let round = 1; round <= rounds; round += 1) {
      for (const clients of [32, 64]) {
        const inserts = () => pgbenchTimed(url, { script: INSERT_ROW, clients, seconds, folder });
        got[`pgbench${clients}`].push(await withCpu(inserts));
      }
      for (const [name, [kind, inFlight]] of Object.entries(SLICES)) {
        got[name].push(await withCpu(() => followed(pool, () => ask(load, { kind, inFlight, seconds }))));
      }
      console.log(`round ${round}:`, Object.entries(got).map(([name, all]) => `${name} ${all.at(-1).perSecond}/s`).join(', '));
    }
  } finally {
    load.disconnect();
    await Promise.all([server.stop(), pool.end()]);
  }
  return summary(got);
}

function summary(got) {
  const quotient = (a, b, figure = 'perSecond') =>
    ratio(median(got[a].map((one, index) => one[figure] / got[b][index][figure])), 1);
  const figures = {};
  for (const [name, all] of Object.entries(got)) {
    const figureNames = ['perSecond', 'perCpuSecond', 'p50Ms', 'p99Ms', ...(name in SLICES ? ['eventsBehind', 'behindMs'] : [])];
    for (const figure of figureNames) figures[`doors ${name} ${figure}`] = median(all.map((one) => one[figure]));
  }
  return {
    ratios: {
      'orders by GraphQL, 32 clients/trivial mutation': quotient('order32', 'echo32'),
      'orders by GraphQL, 32 clients/pgbench32': quotient('order32', 'pgbench32'),
      'orders by GraphQL in lists of 20, 32 clients/pgbench32': quotient('list32', 'pgbench32'),
      'orders by GraphQL per CPU second, 32 clients/trivial mutation': quotient('order32', 'echo32', 'perCpuSecond'),
      'orders by GraphQL per CPU second, 32 clients/pgbench32': quotient('order32', 'pgbench32', 'perCpuSecond'),
      'orders by GraphQL in lists of 20 per CPU second/pgbench32': quotient('list32', 'pgbench32', 'perCpuSecond'),
      'p99 of orders by GraphQL, 64 in flight/p99 of pgbench64': quotient('order64', 'pgbench64', 'p99Ms'),
    },
    figures,
  };
}
