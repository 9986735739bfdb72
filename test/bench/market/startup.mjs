// How long a process takes to answer the first command of a market whose log has a million events, and how
// much memory it then has, beside a market whose log has ten thousand.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { marketCodec } from '../../../dist/allocation/application/market.codec.js';
import { marketDefinition } from '../../../dist/allocation/application/market.definition.js';
import { streamId } from '../../../dist/eventstore/event.js';
import { chain, GENESIS_HASH } from '../../../dist/eventstore/hash-chain.js';
import { PostgresEventStore } from '../../../dist/eventstore/postgres-event-store.js';
import { eventsBetween } from '../../../dist/eventstore/stream-state.js';
import { DEFAULT_LIMITS } from '../../../dist/eventstore/writer-limits.js';
import { freshSeed } from '../../../dist/platform/ids/fresh-seed.js';
import { median, ratio } from '../measure.mjs';
import { ask, bid, HOUR_MS, NOW, openPool, randomFrom } from './orders.mjs';
import { marketDecider } from '../../../dist/allocation/model/market.decide.js';

const SIZES = { 'small@fp8': 10_000, 'large@fp8': 1_000_000 };
const PAGE = 2_500;
const ORDERS_PER_HOUR = 400;
const HOURS_AHEAD = 10_000;
const METADATA = JSON.stringify({ actor: 'system:bench', cause: 'bench' });

/** A market that goes on for months: orders for the hours to come, fills, reservations that begin and end. */
class Months {
  state = marketDecider.initialState();
  random = randomFrom(1);
  hour = 0;
  orders = 0;

  constructor(marketId) {
    const pool = openPool(marketId);
    const nameplate = { starts: [NOW, NOW + HOURS_AHEAD * HOUR_MS], values: [10n ** 15n, 0n] };
    this.first = { ...pool, facts: { ...pool.facts, nameplate } };
  }

  /** Events of one hour. */
  next() {
    const now = NOW + this.hour * HOUR_MS;
    const commands = this.hour === 0 ? [this.first] : [{ type: 'AdvanceMarket' }];
    for (let count = 0; count < ORDERS_PER_HOUR; count += 1) commands.push(this.order());
    this.hour += 1;
    return commands.flatMap((command) => {
      const decision = marketDecider.decide({ ...command, now, seed: freshSeed() }, this.state);
      if (!decision.accepted) throw new Error(JSON.stringify(decision.rejection, (_key, value) => `${value}`));
      for (const event of decision.events) this.state = marketDecider.evolve(this.state, event);
      return decision.events.map((event) => ({ ...marketCodec.encode(event), metadata: METADATA, occurredAt: now }));
    });
  }

  order() {
    const { random } = this;
    this.orders += 1;
    const from = this.hour + 1 + random(12);
    const window = { start: NOW + from * HOUR_MS, end: NOW + (from + 1 + random(4)) * HOUR_MS };
    const size = 1 + random(100);
    const isAsk = this.orders % 2 === 0;
    const price = (isAsk ? 95 : 90) + random(16);
    const order = { id: `${isAsk ? 's' : 'b'}${this.orders}`, window, price, size };
    return isAsk ? ask(order) : bid(order);
  }
}

async function writeLog(store, marketId, events) {
  const stream = streamId('market', marketId);
  const months = new Months(marketId);
  let head = { version: 0, hash: GENESIS_HASH };
  // As many after the newest snapshot as the writer leaves at most.
  let tail = null;
  let isKept = false;
  while (head.version < events) {
    const encoded = [];
    while (encoded.length < PAGE && head.version + encoded.length < events) encoded.push(...months.next());
    const chained = chain(stream, head, encoded);
    const outcome = await store.append({ stream, expected: head, events: chained, answers: [], outbox: [] });
    if (outcome !== 'appended') throw new Error(outcome);
    head = chained.at(-1);
    if (isKept || head.version < events * 0.9) continue;
    const { schemaVersion, pieces, everyEvents } = marketDefinition.snapshot;
    const state = pieces(months.state);
    const length = state.reduce((sum, piece) => sum + piece.length, 0);
    tail ??= eventsBetween(everyEvents, length / DEFAULT_LIMITS.snapshotSizePerEvent) - 1;
    if (head.version < events - tail) continue;
    await store.saveSnapshot(stream, { version: head.version, hash: head.hash, schemaVersion, state });
    console.log(`${marketId}: snapshot of ${length} characters in ${state.length} pieces, ${events - head.version} events behind it`);
    isKept = true;
  }
  return head.version;
}

async function start(url, marketId) {
  const script = join(dirname(fileURLToPath(import.meta.url)), 'startup-process.mjs');
  const child = spawn(process.execPath, [script, JSON.stringify({ url, marketId })], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  const started = performance.now();
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${marketId} did not answer`);
  return { ...JSON.parse(text), seconds: (performance.now() - started) / 1_000 };
}

export async function run({ url, rounds }) {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  const store = new PostgresEventStore(pool);
  for (const [marketId, events] of Object.entries(SIZES)) {
    const began = performance.now();
    const written = await writeLog(store, marketId, events);
    console.log(`${marketId}: ${written} events written in ${Math.round((performance.now() - began) / 1_000)} s`);
  }
  await pool.end();
  const got = { 'small@fp8': [], 'large@fp8': [] };
  for (let round = 1; round <= rounds; round += 1) {
    for (const marketId of Object.keys(SIZES)) got[marketId].push(await start(url, marketId));
    console.log(`round ${round}:`, JSON.stringify(Object.fromEntries(Object.entries(got).map(([name, all]) => [name, all.at(-1)]))));
  }
  const of = (name, figure) => median(got[name].map((one) => one[figure]));
  const rounded = (value) => Math.round(value * 100) / 100;
  return {
    ratios: { 'start-up with 1,000,000 events/10,000': ratio(of('large@fp8', 'seconds'), of('small@fp8', 'seconds')) },
    figures: {
      'start-up s, 1,000,000 events': rounded(of('large@fp8', 'seconds')),
      'start-up s, of it loading and answering': rounded(of('large@fp8', 'answeredMs') / 1_000),
      'start-up RSS MB, 1,000,000 events': Math.round(of('large@fp8', 'rssMb')),
      'start-up s, 10,000 events': rounded(of('small@fp8', 'seconds')),
      'start-up RSS MB, 10,000 events': Math.round(of('small@fp8', 'rssMb')),
    },
  };
}
