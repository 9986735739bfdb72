// Requests/s of one trivial mutation through the whole GraphQL front door of the product, beside
// bare Mercurius on Fastify with the same schema. Server on one core, load on the other.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { median, ratio } from './measure.mjs';
import { importPeer } from './peers.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const CONNECTIONS = 32;
const SERVER_CORE = 0;
const LOAD_CORE = 1;
const canPin = existsSync('/usr/bin/taskset') && availableParallelism() > 1;

/** Starts a script of this folder on one core; it says what it has in lines of JSON. */
function start(script, core, options) {
  const node = [process.execPath, join(here, script), JSON.stringify(options)];
  const [command, ...args] = canPin ? ['taskset', '-c', String(core), ...node] : node;
  const env = { ...process.env, NODE_ENV: 'production' };
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

async function say({ child, lines }) {
  const { value, done } = await lines.next();
  if (done) throw new Error(`${child.spawnargs.join(' ')} ended without an answer`);
  return JSON.parse(value);
}

/** Microseconds of CPU that a server has used. */
async function cpuOf({ child }) {
  child.send('cpu');
  const [{ user, system }] = await once(child, 'message');
  return user + system;
}

async function end({ child }) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** A server and its load, warm; `measure` runs one slice. */
async function open(server) {
  const running = start('graphql-servers.mjs', SERVER_CORE, server);
  const { port } = await say(running);
  const load = start('graphql-load.mjs', LOAD_CORE, { port, connections: CONNECTIONS });
  await say(load);
  return {
    async measure(seconds) {
      const before = await cpuOf(running);
      load.child.send({ seconds });
      const result = await say(load);
      const cpuMicros = Math.round(((await cpuOf(running)) - before) / result.requests);
      return { ...result, cpuMicros };
    },
    async close() {
      await end(load);
      await end(running);
    },
  };
}

/** The servers take turns, a second at a time: what else the machine does meets both. */
async function takeTurns(servers, got, seconds) {
  for (let slice = 0; slice < seconds; slice += 1) {
    for (const [name, server] of Object.entries(servers)) got[name].push(await server.measure(1));
  }
}

const medianOf = (all, figure) => median(all.map((one) => one[figure]));

export async function run({ url, folder, seconds, rounds }) {
  await importPeer('mercurius');
  const secretKey = randomBytes(32).toString('base64url');
  const got = { ours: [], mercurius: [] };
  const quotients = { perSecond: [], cpu: [] };
  for (let round = 1; round <= rounds; round += 1) {
    const servers = {
      ours: await open({ kind: 'ours', databaseUrl: url, secretKey, folder }),
      mercurius: await open({ kind: 'mercurius' }),
    };
    await takeTurns(servers, got, seconds);
    for (const server of Object.values(servers)) await server.close();
    const said = Object.entries(got).map(([name, all]) => `${name} ${medianOf(all.slice(-seconds), 'perSecond')}/s`);
    console.log(`round ${round}:`, said.join(', '));
  }
  got.ours.forEach((ours, slice) => {
    const peer = got.mercurius[slice];
    quotients.perSecond.push(ours.perSecond / peer.perSecond);
    quotients.cpu.push(peer.cpuMicros / ours.cpuMicros);
  });
  const of = (name, figure) => medianOf(got[name], figure);
  return {
    ratios: {
      // Medians of the quotients of neighbouring slices.
      'ours/mercurius': ratio(median(quotients.perSecond), 1),
      // The same by CPU time, which other work on the machine disturbs less.
      'ours/mercurius per CPU second': ratio(median(quotients.cpu), 1),
    },
    figures: {
      oursPerSecond: of('ours', 'perSecond'),
      mercuriusPerSecond: of('mercurius', 'perSecond'),
      oursCpuMicros: of('ours', 'cpuMicros'),
      mercuriusCpuMicros: of('mercurius', 'cpuMicros'),
      oursP50Ms: of('ours', 'p50Ms'),
      oursP99Ms: of('ours', 'p99Ms'),
      mercuriusP50Ms: of('mercurius', 'p50Ms'),
      mercuriusP99Ms: of('mercurius', 'p99Ms'),
    },
  };
}
