// Exports of 100,000 and of 1,000,000 hours of use by the product's own job: asked for, made and fetched over HTTP,
// each in a server that has done nothing else. What is compared is how much memory the server had at most.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { portOf, start, stop } from '../market/processes.mjs';
import { Trader } from '../market/trader.mjs';
import { ratio } from '../measure.mjs';
import { seedMonth } from './month.mjs';

const HOURS = 500;
const RESERVATIONS = { small: 200, large: 2_000 };
const FILES = [
  ['USAGE_HOURS', 'CSV'],
  ['USAGE_HOURS', 'JSONL'],
  ['USAGE_HOURS', 'PARQUET'],
  ['FOCUS_COST_AND_USAGE', 'CSV'],
  ['FOCUS_COST_AND_USAGE', 'PARQUET'],
];
const MIB = 1_048_576;
const FIELDS = 'status failure rowsDone bytes sha256 download { path }';

async function withServer(given, work) {
  const child = start('server.mjs', given);
  try {
    return await work({ pid: child.pid, port: await portOf(child) });
  } finally {
    await stop(child);
  }
}

/** Seconds of CPU, and MiB of memory at most since {@link forgetPeak}. */
function usageOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name is in brackets and may hold anything; Linux counts in hundredths of a second.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, peakMiB: Number(peak) / 1_024 };
}

/** See proc(5), `clear_refs`. */
const forgetPeak = (pid) => writeFileSync(`/proc/${pid}/clear_refs`, '5');

async function made(port, token, exportId) {
  const query = `query($id: ID!) { export(exportId: $id) { ${FIELDS} } }`;
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  for (;;) {
    const body = JSON.stringify({ query, variables: { id: exportId } });
    const answer = await (await fetch(`http://127.0.0.1:${port}/graphql`, { method: 'POST', headers, body })).json();
    // A server that works at its limit may say so: that is no answer, and is asked again.
    if (answer.errors?.every(({ extensions }) => extensions?.code === 'BUSY')) {
      await pause(1_000);
      continue;
    }
    if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
    const { status, failure } = answer.data.export;
    if (status === 'FAILED') throw new Error(failure);
    if (status === 'READY') return answer.data.export;
    await pause(200);
  }
}

/** @returns what came, so that nobody believes a file that is not whole */
async function fetched(port, path) {
  const hash = createHash('sha256');
  let bytes = 0;
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  for await (const chunk of response.body) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** One file by a server of its own. */
function exportOnce(given, { owner, dataset, format, month, rows }) {
  return withServer(given, async ({ pid, port }) => {
    owner.trader.moveTo(port);
    const request = (input) => owner.trader.mutate('requestExport', input, 'export { exportId }');
    // Whatever a server does once, it has done.
    const warm = await request({ dataset: 'FOCUS_BILLING_PERIOD', format: 'CSV', month });
    await made(port, owner.token, warm.export.exportId);
    forgetPeak(pid);
    const before = usageOf(pid);
    const started = performance.now();
    const asked = await request({ dataset, format, month });
    const file = await made(port, owner.token, asked.export.exportId);
    const seconds = (performance.now() - started) / 1_000;
    const { cpu } = usageOf(pid);
    const got = await fetched(port, file.download.path);
    if (got.sha256 !== file.sha256 || Number(file.rowsDone) !== rows) throw new Error(`not the file that was made: ${JSON.stringify(file)}`);
    const { peakMiB } = usageOf(pid);
    return { seconds, cpu: cpu - before.cpu, beforeMiB: before.peakMiB, peakMiB, fileMiB: got.bytes / MIB };
  });
}

/** Two organizations with a month each; the last whole one, of which every hour has been. */
async function openMonth(given, pool) {
  const now = new Date();
  const first = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1);
  const owners = {};
  await withServer(given, async ({ port }) => {
    for (const size of Object.keys(RESERVATIONS)) {
      const trader = await Trader.signUp(port, size, false);
      owners[size] = { trader, token: await trader.token('BILLING_READ') };
      await seedMonth(pool, { owner: trader.organizationId, start: first, hours: HOURS, reservations: RESERVATIONS[size] });
    }
  });
  return { month: new Date(first).toISOString().slice(0, 7), owners };
}

export async function exports({ url, folder, pool, which }) {
  const given = { databaseUrl: url, folder, secretKey: randomBytes(32).toString('base64url') };
  const { month, owners } = await openMonth(given, pool);
  const results = { ratios: {}, figures: {} };
  for (const [dataset, format] of FILES.filter((file) => file.join(' ').includes(which))) {
    const got = {};
    for (const [size, reservations] of Object.entries(RESERVATIONS)) {
      const rows = HOURS * reservations;
      got[size] = await exportOnce(given, { owner: owners[size], dataset, format, month, rows });
      const { seconds, cpu, beforeMiB, peakMiB, fileMiB } = got[size];
      const facts = { seconds, cpuSeconds: cpu, beforeMiB, peakMiB, fileMiB };
      const name = `${dataset} ${format} ${rows.toLocaleString('en')} rows`;
      for (const [figure, value] of Object.entries(facts)) results.figures[`${name} ${figure}`] = Math.round(value * 10) / 10;
      console.log(name, Object.entries(facts).map(([figure, value]) => `${figure} ${value.toFixed(1)}`).join(', '));
    }
    results.ratios[`${dataset} ${format}: memory for 100,000 rows/1,000,000`] = ratio(got.small.peakMiB, got.large.peakMiB);
  }
  return results;
}
