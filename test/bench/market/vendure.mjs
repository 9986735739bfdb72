// A purchase here beside an order at Vendure, NestJS and GraphQL on the same PostgreSQL: 32 clients, by
// turns. There: item added, address, way of shipping, payment arranged and made, by a customer who is
// signed in. Here: `reserve` and `payReservation`, by a key; and `reserve` alone, title set aside.
import { withCpu } from '../cpu-time.mjs';
import { freshDatabase } from '../fresh-database.mjs';
import { median, ratio } from '../measure.mjs';
import { installPeers } from '../peers.mjs';
import { HOURS, openMarket, startServer } from './doors.mjs';
import { ask, portOf, start, stop } from './processes.mjs';

const CLIENTS = 32;
const STOCK = 100_000_000;
/** An order there takes long: a slice must hold enough of them to be counted. */
const SECONDS_MIN = 8;
/** Until engines have compiled what they run. */
const WARM_UP_SECONDS = 8;

async function startVendure({ url, folder }) {
  installPeers('@vendure/core', 'vendure');
  const databaseUrl = await freshDatabase(url, 'vendure');
  const child = start('vendure-server.mjs', { databaseUrl, folder, stock: STOCK });
  return { child, port: await portOf(child) };
}

export async function run({ url, folder, seconds, rounds }) {
  const vendure = await startVendure({ url, folder });
  const vendureLoad = start('vendure-load.mjs', { port: vendure.port, clients: CLIENTS });
  const server = await startServer({ url, folder });
  const { start: first, ...market } = await openMarket(server.port);
  const given = { ...market, port: server.port, window: { start: first, count: HOURS }, run: Date.now() % 1e9 };
  const load = start('load.mjs', given);
  const slices = {
    vendureOrder: [vendureLoad, 'order'],
    purchase: [load, 'purchase'],
    vendureAdd: [vendureLoad, 'add'],
    reserve: [load, 'reserve'],
  };
  const got = Object.fromEntries(Object.keys(slices).map((name) => [name, []]));
  const each = { inFlight: CLIENTS, seconds: Math.max(seconds, SECONDS_MIN) };
  try {
    for (const [process, kind] of Object.values(slices)) await ask(process, { ...each, kind, seconds: WARM_UP_SECONDS });
    for (let round = 1; round <= rounds; round += 1) {
      for (const [name, [process, kind]] of Object.entries(slices)) {
        got[name].push(await withCpu(() => ask(process, { ...each, kind })));
      }
      console.log(`round ${round}:`, Object.entries(got).map(([name, all]) => `${name} ${all.at(-1).perSecond}/s`).join(', '));
    }
  } finally {
    for (const one of [load, vendureLoad]) one.disconnect();
    await stop(vendure.child);
    await server.stop();
  }
  return summary(got);
}

function summary(got) {
  const quotient = (ours, theirs, figure = 'perSecond') =>
    ratio(median(got[ours].map((one, index) => one[figure] / got[theirs][index][figure])), 1);
  const figures = {};
  for (const [name, all] of Object.entries(got)) {
    for (const figure of ['perSecond', 'perCpuSecond', 'p50Ms', 'p99Ms']) figures[`vendure ${name} ${figure}`] = median(all.map((one) => one[figure]));
  }
  return {
    ratios: {
      'reserve and pay, 32 clients/order at Vendure': quotient('purchase', 'vendureOrder'),
      'reserve, 32 clients/order at Vendure': quotient('reserve', 'vendureOrder'),
      'reserve, 32 clients/item added at Vendure': quotient('reserve', 'vendureAdd'),
      'reserve and pay per CPU second/order at Vendure': quotient('purchase', 'vendureOrder', 'perCpuSecond'),
      'reserve per CPU second/order at Vendure': quotient('reserve', 'vendureOrder', 'perCpuSecond'),
    },
    figures,
  };
}
