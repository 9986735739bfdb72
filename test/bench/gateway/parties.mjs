// Who is measured: the upstream itself, a bare proxy, our gateway and Portkey's, each a process of its own on
// one core; upstream and load on the other.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GATEWAY_FLAGS, PRODUCT_FLAGS } from '../../../scripts/product-flags.mjs';
import { installPeers } from '../peers.mjs';
import { ask, portOf, stop } from '../market/processes.mjs';
import { Trader } from '../market/trader.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const HOUR_MS = 3_600_000;
const SERVERS_CORE = 0;
const LOAD_CORE = 1;
const canPin = existsSync('/usr/bin/taskset') && availableParallelism() > 1;

function start(script, { core = null, options = {}, flags = [] }) {
  const file = script.startsWith('/') ? script : join(here, script);
  const given = Array.isArray(options) ? options : [JSON.stringify(options)];
  const node = [process.execPath, ...PRODUCT_FLAGS, ...flags, file, ...given];
  const [command, ...args] = canPin && core !== null ? ['taskset', '-c', String(core), ...node] : node;
  const env = { ...process.env, NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' };
  return spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

/** A reservation of more than anybody uses, in force now, and a key: made by a process of its own. */
async function hold({ url, folder, secretKey, upstreamPort }) {
  const child = start('server.mjs', { options: { databaseUrl: url, secretKey, folder, role: 'all' }, flags: ['--expose-gc'] });
  const port = await portOf(child);
  const provider = await Trader.signUp(port, 'provider', true);
  const first = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + HOUR_MS;
  const endpoint = { url: `http://127.0.0.1:${upstreamPort}/v1` };
  const { poolId } = await provider.registerPool(first, { endpoint });
  const window = [first, first + 100 * HOUR_MS];
  const listingId = await provider.list({ poolId, window, quantity: 50_000_000, unitPrice: 1 });
  const buyer = await Trader.signUp(port, 'buyer', false);
  for (let time = 0; time < 6; time += 1) await buyer.topUp();
  const span = { start: new Date(window[0]).toISOString(), end: new Date(window[1]).toISOString() };
  const { reservation } = await buyer.mutate('reserve', { listingId, window: span, quantity: '50000000' }, 'reservation { reservationId }');
  await buyer.mutate('payReservation', reservation);
  const token = await buyer.token('INFERENCE_USE');
  await ask(child, { kind: 'advance', to: first + 60_000 });
  for (;;) {
    const headers = { authorization: `Bearer ${token}` };
    const { data } = await (await fetch(`http://127.0.0.1:${port}/v1/models`, { headers })).json();
    if (data.length > 0) break;
  }
  await stop(child);
  return token;
}

async function startOurs(given, profile) {
  const token = await hold(given);
  const { url: databaseUrl, folder, secretKey } = given;
  const flags = [...GATEWAY_FLAGS, '--expose-gc', ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`])];
  const child = start('server.mjs', { core: SERVERS_CORE, flags, options: { databaseUrl, folder, secretKey, role: 'gateway' } });
  return { child, target: { port: await portOf(child), model: 'llama-3.3-70b', headers: { authorization: `Bearer ${token}` } } };
}

/** As its documentation starts it, with our upstream as its own host. */
async function startPortkey(upstreamPort) {
  const folder = installPeers('@portkey-ai/gateway', 'portkey');
  const port = await freePort();
  const script = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  const child = start(script, { core: SERVERS_CORE, options: [`--port=${port}`, '--headless'] });
  child.stdout.resume();
  for (;;) {
    const isUp = await fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false);
    if (isUp) break;
    await new Promise((done) => setTimeout(done, 50));
  }
  const host = `http://127.0.0.1:${upstreamPort}/v1`;
  const headers = { authorization: 'Bearer none', 'x-portkey-provider': 'openai', 'x-portkey-custom-host': host };
  return { child, target: { port, model: 'bench', headers } };
}

/** Seconds of CPU that a process has used; null where there is no `/proc`. */
function cpuOf({ pid }) {
  if (process.platform !== 'linux') return null;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name is in brackets and may hold anything; Linux counts in hundredths of a second.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Everybody, running; `measure` runs one slice of load against one of them. */
export async function openParties({ url, folder, profile, names }) {
  const secretKey = randomBytes(32).toString('base64url');
  const upstream = start('upstream.mjs', { core: LOAD_CORE });
  const upstreamPort = await portOf(upstream);
  const parties = { direct: { child: upstream, target: { port: upstreamPort, model: 'bench', headers: {} } } };
  const makers = {
    ours: () => startOurs({ url, folder, secretKey, upstreamPort }, profile),
    portkey: () => startPortkey(upstreamPort),
    proxy: async () => {
      const child = start('proxy.mjs', { core: SERVERS_CORE, options: { upstreamPort } });
      return { child, target: { port: await portOf(child), model: 'bench', headers: {} } };
    },
  };
  for (const name of names) parties[name] = await makers[name]();
  const load = start('load.mjs', { core: LOAD_CORE });
  return {
    memory: () => ask(parties.ours.child, { kind: 'memory' }),
    /** Streams that the upstream is in the middle of. */
    open: async () => (await ask(upstream, {})).open,
    /** With what a second of the party's own CPU time got done. */
    async measure(name, slice) {
      const { child, target } = parties[name];
      const before = cpuOf(child);
      const got = await ask(load, { ...slice, target });
      const cpu = before === null ? null : cpuOf(child) - before;
      return { ...got, eventsPerCpuSecond: cpu === null ? null : got.allEvents / cpu };
    },
    close: async () => {
      load.disconnect();
      for (const { child } of Object.values(parties)) await stop(child);
    },
  };
}
