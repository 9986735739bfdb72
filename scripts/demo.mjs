// `npm run demo [-- --requests N] [--served N] [--trace FILE] [--url URL]`: the whole story on real trace data,
// through the public API only. N requests are reported as usage, and as many go through the inference
// gateway, or as --served says: 100 at least. Talks to the product that runs on PORT, or starts one.
// The last line on standard output is one JSON object.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SERVED_LEAST } from './demo/lanes.act.mjs';
import { chapter, count, say } from './demo/say.mjs';
import { findOrStartServer } from './demo/server.mjs';
import { tellStory } from './demo/story.mjs';
import { readTrace, sumsOf } from './demo/trace.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function readOptions() {
  const { values } = parseArgs({
    options: {
      ...{ requests: { type: 'string' }, served: { type: 'string' } },
      ...{ trace: { type: 'string' }, url: { type: 'string' } },
    },
  });
  const { requests, served, url, trace = join(root, 'data/azure-llm-inference-conv-2023.csv') } = values;
  for (const [name, value] of Object.entries({ requests, served })) {
    if (value !== undefined && !/^[1-9]\d{0,6}$/.test(value)) throw new Error(`--${name}: expected a whole number from 1`);
  }
  if (url !== undefined && !URL.canParse(url)) throw new Error('--url: expected http://host:port');
  const numberOf = (text) => (text === undefined ? null : Number(text));
  const wanted = { requests: numberOf(requests), served: numberOf(served) };
  if (wanted.served !== null && wanted.served < SERVED_LEAST) {
    throw new Error(`--served: expected ${SERVED_LEAST} or more: of fewer it could not be seen that a slow lane is left`);
  }
  return { ...wanted, served: wanted.served ?? servedBeside(wanted.requests), trace, url: url?.replace(/\/$/, '') };
}

/** As many as are reported, and enough to tell the story; null: all. */
const servedBeside = (requests) => (requests === null ? null : Math.max(requests, SERVED_LEAST));

/** The log of the product on this machine, recomputed: I1 to I3, hashes, projections. */
async function verifyLog() {
  const child = spawn(process.execPath, [join(root, 'scripts/verify.mjs')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  await once(child, 'close');
  return JSON.parse(text.trim().split('\n').at(-1));
}

/** What a newcomer can click now. */
function showAround({ url, isOwn }, { startup, switchyard }) {
  chapter(`To look around: ${url}${isOwn ? ' after npm start' : ''}`);
  say('  /              the market: three offers, one of them a resale; depth, trades and prices');
  say(`  /app/capacity  what ${startup.name} bought and sold, with chains of title`);
  say('  /app/finance   its money line by line, and its invoice');
  say('  /app/serving   its traffic, use and credits');
  say(`  /app/pools     as ${switchyard.name}: its pool`);
  say('  /docs          the API, with an explorer');
  for (const { name, email, password } of [startup, switchyard]) {
    say(`  sign in as ${name.padEnd(13)}  ${email}  ${password}`);
  }
}

async function main() {
  const { requests, served, trace: path, url } = readOptions();
  const whole = await readTrace(path);
  for (const [name, value] of Object.entries({ requests, served })) {
    if (value > whole.length) throw new Error(`--${name}: the trace has ${whole.length}`);
  }
  const trace = whole.slice(0, requests ?? whole.length);
  const sums = sumsOf(trace);
  const server = await findOrStartServer(url);
  try {
    chapter('Headroom: from a wafer to an invoice');
    say(server.isOwn ? `started the product at ${server.url}` : `using the product at ${server.url}`);
    say(`${count(trace.length)} real requests: ${count(sums.input)} tokens in, ${count(sums.output)} out`);
    say('prices are for a million tokens, when what is reserved is used in full');
    const run = randomBytes(4).toString('hex');
    const setting = { url: server.url, run, trace, sums, whole };
    const { told, parties } = await tellStory({ ...setting, served: served ?? whole.length });
    chapter('The log, recomputed from its first event');
    const verified = await verifyLog();
    if (!verified.ok) throw new Error(`the log does not hold: ${verified.lie}`);
    say(`I1 titles are conserved, I2 nothing is oversold, I3 the books balance: ${count(verified.events)} events`);
    showAround(server, parties);
    return { ok: true, requests: trace.length, ...told, verified };
  } finally {
    await server.stop();
  }
}

try {
  const result = await main();
  process.stdout.write(`\n${JSON.stringify(result)}\n`);
} catch (error) {
  process.stdout.write(`\n${JSON.stringify({ ok: false, error: error.message })}\n`);
  process.exitCode = 1;
}
