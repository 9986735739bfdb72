// The inference gateway: what it adds to a stream, how many it carries beside a bare proxy and Portkey's
// gateway on the same core, and what an open stream holds in memory. All of them take turns in one run.
// `--only latency,throughput` runs some of the parts; `--only hour --minutes 60`, by itself, whether memory grows.
import { availableParallelism, loadavg } from 'node:os';
import { openParties } from './gateway/parties.mjs';
import { median } from './measure.mjs';

/** What runs when nothing is named; an hour is not among it. */
const PARTS = ['latency', 'throughput', 'memory'];
const ALL_PARTS = [...PARTS, 'hour'];
const OTHERS = ['ours', 'proxy', 'portkey'];
/** Events a second of each stream: few enough that nobody is at the end of its core. */
const LATENCY = [
  { streams: 1, tokens: 40, every: 10 },
  { streams: 50, tokens: 40, every: 40 },
  { streams: 500, tokens: 20, every: 250 },
];
const THROUGHPUT = { streams: 128, tokens: 64, every: 0 };
const WARM_UP_SECONDS = 4;
const OPEN = { streams: 500, tokens: 120, every: 250 };
/** A stream of an hour of chat, compressed: as many streams as come, one after the other. */
const TRAFFIC = { streams: 16, tokens: 32, every: 0 };
const TRAFFIC_STEPS = 6;
/** Chat as it comes, requests of every kind among it: about 40 streams a second. */
const HOUR = { streams: 50, tokens: 64, every: 20, isMixed: true };
const HOUR_STEPS = 12;
/** Caches and compiled code are not there before. */
const HOUR_WARM_UP_SECONDS = 30;

const round = (value, digits = 2) => (value === null ? null : Number(value.toFixed(digits)));
const medianOf = (all, figure) => median(all.map((one) => one[figure]));

async function takeTurns(parties, names, slice, { seconds, rounds }) {
  const got = Object.fromEntries(names.map((name) => [name, []]));
  for (let turn = 0; turn < rounds; turn += 1) {
    for (const name of names) got[name].push(await parties.measure(name, { ...slice, seconds }));
  }
  return got;
}

async function latency(parties, options) {
  const [ratios, figures] = [{}, {}];
  for (const slice of LATENCY) {
    const got = await takeTurns(parties, ['direct', ...OTHERS], slice, options);
    for (const name of OTHERS) {
      for (const [figure, label] of [['delayP50', 'event p50'], ['delayP99', 'event p99'], ['ttftP50', 'TTFT p50'], ['ttftP99', 'TTFT p99']]) {
        const added = median(got[name].map((one, turn) => one[figure] - got.direct[turn][figure]));
        figures[`${name} adds, ms, ${slice.streams} streams, ${label}`] = round(added);
      }
    }
    const added = (name) => figures[`${name} adds, ms, ${slice.streams} streams, event p50`];
    ratios[`latency added to an event, ${slice.streams} streams: ours/portkey`] = round(added('ours') / added('portkey'));
    console.log(`${slice.streams} streams:`, OTHERS.map((name) => `${name} adds ${added(name)} ms`).join(', '));
  }
  return { ratios, figures };
}

/** Before anything is measured beside each other: code that was never run is slow, everybody's alike. */
async function warmUp(parties) {
  for (const name of OTHERS) await parties.measure(name, { ...THROUGHPUT, seconds: WARM_UP_SECONDS });
}

async function throughput(parties, options) {
  const got = await takeTurns(parties, OTHERS, THROUGHPUT, options);
  const quotient = (peer, figure) =>
    round(median(got.ours.map((one, turn) => one[figure] / got[peer][turn][figure])));
  const figures = {};
  for (const name of OTHERS) {
    figures[`${name} streams/s`] = round(medianOf(got[name], 'streamsPerSecond'), 0);
    figures[`${name} events/s`] = round(medianOf(got[name], 'eventsPerSecond'), 0);
    figures[`${name} events per CPU second`] = round(medianOf(got[name], 'eventsPerCpuSecond'), 0);
  }
  return {
    ratios: {
      'streams/s: ours/bare Fastify proxy': quotient('proxy', 'streamsPerSecond'),
      'events/s: ours/bare Fastify proxy': quotient('proxy', 'eventsPerSecond'),
      'streams/s: ours/portkey': quotient('portkey', 'streamsPerSecond'),
      'events/s: ours/portkey': quotient('portkey', 'eventsPerSecond'),
      // What the gateway's own process spends, which other work on the machine disturbs less.
      'events per CPU second: ours/bare Fastify proxy': quotient('proxy', 'eventsPerCpuSecond'),
      'events per CPU second: ours/portkey': quotient('portkey', 'eventsPerCpuSecond'),
    },
    figures,
  };
}

const mebibytes = (bytes) => round(bytes / 1_048_576, 1);

/** What is held with streams open less what is held without, each. */
async function heldByOpen(parties) {
  const idle = await parties.memory();
  const measured = parties.measure('ours', { ...OPEN, seconds: 2 });
  let open = 0;
  while (open < OPEN.streams) {
    await new Promise((done) => setTimeout(done, 200));
    const now = await parties.open();
    // On a machine that is slow beyond that, those that there are.
    if (now < open) break;
    open = now;
  }
  const busy = await parties.memory();
  await measured;
  return round((busy.heldBytes - idle.heldBytes) / Math.max(1, open) / 1_024, 1);
}

async function memory(parties, { seconds }) {
  await parties.measure('ours', { ...TRAFFIC, seconds });
  const open = await heldByOpen(parties);
  const held = [];
  let streams = 0;
  for (let step = 0; step < TRAFFIC_STEPS; step += 1) {
    streams += (await parties.measure('ours', { ...TRAFFIC, seconds })).streams;
    held.push((await parties.memory()).heldBytes);
  }
  return {
    ratios: { 'memory after all traffic/after a sixth of it': round(held.at(-1) / held[0], 3) },
    figures: {
      [`KiB held by each of ${OPEN.streams} open streams`]: open,
      'MiB held after each step': held.map(mebibytes),
      'streams served in the steps': streams,
      'MiB resident at the end': mebibytes((await parties.memory()).rss),
    },
  };
}

/** Memory over an hour of traffic, or what `--minutes` says; a line for each twelfth. */
async function hour(parties, { minutes }) {
  await parties.measure('ours', { ...HOUR, seconds: HOUR_WARM_UP_SECONDS });
  const open = await heldByOpen(parties);
  const steps = [];
  let streams = 0;
  for (let step = 1; step <= HOUR_STEPS; step += 1) {
    streams += (await parties.measure('ours', { ...HOUR, seconds: (minutes * 60) / HOUR_STEPS })).streams;
    const { heldBytes, rss } = await parties.memory();
    steps.push({ streams, heldBytes, rss });
    const at = round((minutes * step) / HOUR_STEPS, 1);
    console.log(`${at} min: ${streams} streams, ${mebibytes(heldBytes)} MiB held, ${mebibytes(rss)} MiB resident`);
  }
  const [early, late] = [steps.slice(0, HOUR_STEPS / 2), steps.slice(HOUR_STEPS / 2)];
  const grown = (figure) => medianOf(late, figure) - medianOf(early, figure);
  return {
    ratios: { 'memory held, second half/first half': round(medianOf(late, 'heldBytes') / medianOf(early, 'heldBytes'), 3) },
    figures: {
      ...{ minutes, 'streams of all minutes': streams, [`KiB held by each of ${OPEN.streams} open streams`]: open },
      'bytes kept for a stream that ended': round(grown('heldBytes') / grown('streams'), 0),
      'MiB held after each twelfth': steps.map(({ heldBytes }) => mebibytes(heldBytes)),
      'MiB resident after each twelfth': steps.map(({ rss }) => mebibytes(rss)),
    },
  };
}

/** @throws Error naming a part that there is not */
function partsOf(only) {
  const wanted = only === undefined ? PARTS : only.split(',');
  const unknown = wanted.filter((name) => !ALL_PARTS.includes(name));
  if (unknown.length > 0) throw new Error(`--only ${unknown.join(',')}: expected some of ${ALL_PARTS.join(',')}`);
  return ALL_PARTS.filter((name) => wanted.includes(name));
}

export async function run({ url, folder, seconds, rounds, minutes, only }) {
  const chosen = partsOf(only);
  // On a busy machine times say little: see docs/PERFORMANCE.md.
  const machine = { cores: availableParallelism(), 'load average at the start': round(loadavg()[0], 1) };
  const all = { ratios: {}, figures: machine };
  const { GATEWAY_PROFILE: profile } = process.env;
  const isBeside = chosen.includes('latency') || chosen.includes('throughput');
  const parties = await openParties({ url, folder, profile, names: isBeside ? OTHERS : ['ours'] });
  try {
    if (isBeside) await warmUp(parties);
    for (const name of chosen) {
      console.log(`\n== ${name}`);
      const { ratios, figures } = await { latency, throughput, memory, hour }[name](parties, { seconds, rounds, minutes });
      Object.assign(all.ratios, ratios);
      Object.assign(all.figures, figures);
      console.log(JSON.stringify(ratios), JSON.stringify(figures));
    }
  } finally {
    await parties.close();
  }
  return all;
}
