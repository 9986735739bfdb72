// Usage events/s made durable through `POST /v1/usage` in batches of 100, beside pgbench with 100-row
// multi-inserts into the same table on 1 client, by turns; and how far rollups are behind meanwhile.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { withCpu } from './cpu-time.mjs';
import { startServer } from './market/doors.mjs';
import { ask, stop } from './market/processes.mjs';
import { Trader } from './market/trader.mjs';
import { median, ratio } from './measure.mjs';
import { pgbenchTimed } from './pgbench.mjs';

const BATCH = 100;
const RESERVATIONS = 4;
const HOUR_MS = 3_600_000;
const IN_FLIGHT = [1, 4, 16];
const LOAD = join(dirname(fileURLToPath(import.meta.url)), 'metering/load.mjs');

const ROW = `('bench', 'https://gateway.example.com/eu-1', 'row-' || nextval('bench_usage'),
  '\\x9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 'llama-3.3-70b@fp8~0198b8a0-0000-7000-8000-000000000000',
  now(), 1155, 1024, 211, 40, 'key bench', now(), 'holder')`;
/** What the product writes of an event, without finding out whether it may. */
const INSERT_ROWS = `INSERT INTO usage_report (organization_id, source, id, content_hash, reservation_id, served_at,
  input_tokens, cached_tokens, output_tokens, reasoning_tokens, reported_by, received_at, evidence)
  VALUES ${Array(BATCH).fill(ROW).join(', ')};`;

/** Reservations in the middle of their window, and a key of who holds them. */
async function openReservations(port, pool) {
  const provider = await Trader.signUp(port, 'provider', true);
  const start = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + 2 * HOUR_MS;
  const { poolId } = await provider.registerPool(start);
  const holder = await Trader.signUp(port, 'holder', false);
  await holder.topUp();
  const reservationIds = [];
  for (let index = 0; index < RESERVATIONS; index += 1) {
    const window = [start, start + 24 * HOUR_MS];
    const listingId = await provider.list({ poolId, window, quantity: 1_000_000, unitPrice: 100 });
    const input = { listingId, window: { start: iso(window[0]), end: iso(window[1]) }, quantity: '1000000' };
    const { reservation } = await holder.mutate('reserve', input, 'reservation { reservationId }');
    await holder.mutate('payReservation', { reservationId: reservation.reservationId });
    reservationIds.push(reservation.reservationId);
  }
  const servedAt = start + HOUR_MS;
  await pool.query('INSERT INTO simulated_clock (only_row, offset_ms) VALUES (true, $1) ON CONFLICT (only_row) DO UPDATE SET offset_ms = $1', [
    servedAt + HOUR_MS / 2 - Date.now(),
  ]);
  // The server looks at the clock every second.
  await pause(2_500);
  return { reservationIds, servedAt, token: await holder.token('USAGE_WRITE') };
}

const iso = (instant) => new Date(instant).toISOString();

/** The product's own figures. */
async function lagOf(port) {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const figure = (name) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1] ?? NaN);
  return { seconds: figure('headroom_usage_rollup_lag_seconds'), events: figure('headroom_usage_waiting_events') };
}

/** The longest lag of a slice, and how long it took from its end until nothing waited. */
async function watching(port, slice) {
  let longest = 0;
  let isOver = false;
  const watch = (async () => {
    while (!isOver) {
      longest = Math.max(longest, (await lagOf(port)).seconds);
      await pause(250);
    }
  })();
  const result = await slice();
  isOver = true;
  await watch;
  const ended = performance.now();
  while ((await lagOf(port)).events > 0) await pause(100);
  return { ...result, lagSeconds: longest, caughtUpSeconds: Math.round((performance.now() - ended) / 10) / 100 };
}

export async function run({ url, folder, seconds, rounds }) {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  await pool.query('CREATE SEQUENCE IF NOT EXISTS bench_usage CACHE 100');
  const server = await startServer({ url, folder, clock: 'simulated' });
  const given = await openReservations(server.port, pool);
  const env = { ...process.env, NODE_ENV: 'production' };
  const options = JSON.stringify({ ...given, port: server.port, batch: BATCH });
  const load = spawn(process.execPath, [LOAD, options], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const got = { pgbench1: [], ...Object.fromEntries(IN_FLIGHT.map((count) => [`usage${count}`, []])) };
  try {
    await ask(load, { inFlight: 4, seconds: 2 });
    for (let round = 1; round <= rounds; round += 1) {
      const inserts = async () => {
        const { perSecond, count, ...latencies } = await pgbenchTimed(url, { script: INSERT_ROWS, clients: 1, seconds, folder });
        return { ...latencies, perSecond: perSecond * BATCH, count: count * BATCH };
      };
      got.pgbench1.push(await withCpu(inserts));
      for (const inFlight of IN_FLIGHT) {
        const slice = () => ask(load, { inFlight, seconds });
        got[`usage${inFlight}`].push(await withCpu(() => watching(server.port, slice)));
      }
      console.log(`round ${round}:`, Object.entries(got).map(([name, all]) => `${name} ${all.at(-1).perSecond}/s`).join(', '));
    }
  } finally {
    load.disconnect();
    await server.stop();
    await stop(load);
    await pool.end();
  }
  return summary(got);
}

function summary(got) {
  const quotient = (name, figure = 'perSecond') =>
    ratio(median(got[name].map((one, index) => one[figure] / got.pgbench1[index][figure])), 1);
  const figures = {};
  for (const [name, all] of Object.entries(got)) {
    for (const figure of ['perSecond', 'perCpuSecond', 'p50Ms', 'p99Ms', 'lagSeconds', 'caughtUpSeconds']) {
      if (all.every((one) => one[figure] !== undefined)) figures[`${name} ${figure}`] = median(all.map((one) => one[figure]));
    }
  }
  const ratios = {};
  for (const inFlight of IN_FLIGHT) {
    ratios[`usage events, ${inFlight} in flight/pgbench1`] = quotient(`usage${inFlight}`);
    ratios[`usage events per CPU second, ${inFlight} in flight/pgbench1`] = quotient(`usage${inFlight}`, 'perCpuSecond');
  }
  return { ratios, figures };
}
