// Durable orders/s accepted and matched on one market through the service layer, beside single-row
// inserts by pgbench on the same server, by turns.
import pg from 'pg';
import { MarketService } from '../../../dist/allocation/application/market.service.js';
import { DefinitionRegistry } from '../../../dist/eventstore/definition-registry.js';
import { PostgresEventStore } from '../../../dist/eventstore/postgres-event-store.js';
import { Streams } from '../../../dist/eventstore/streams.js';
import { SubscriptionRegistry } from '../../../dist/eventstore/subscription-registry.js';
import { JobRegistry } from '../../../dist/platform/queue/job-registry.js';
import { withCpu } from '../cpu-time.mjs';
import { closedLoop, median, ratio } from '../measure.mjs';
import { INSERT_ROW, MAKE_ROWS, pgbenchTimed } from '../pgbench.mjs';
import { ask, bid, hours, NOW, openPool, randomFrom } from './orders.mjs';

const MARKET = 'llama-3.3-70b@fp8';
const IN_FLIGHT = [64, 256];
/** Enough for the whole run: seven bids of ten meet one of these, three rest below them. */
const SUPPLY = 1_000_000_000;
const HOURS = 24;

function service(pool) {
  const hooks = { committed: () => undefined, warn: (message, details) => console.error(message, details) };
  const streams = new Streams(new PostgresEventStore(pool), hooks);
  const clock = { now: () => NOW };
  const registries = [new DefinitionRegistry(), new SubscriptionRegistry(), new JobRegistry()];
  const pools = { tellFirst: () => undefined, openingKey: () => '' };
  return new MarketService(streams, ...registries, clock, pools);
}

const context = (key, content) => ({
  ...{ scope: 'bench', idempotencyKey: key, content, actor: 'system:bench', cause: 'bench' },
});

async function must(markets, key, command) {
  const outcome = await markets.execute(MARKET, command, context(key, key));
  if (!outcome.accepted) throw new Error(`${command.type}: ${outcome.rejection.code}`);
  return outcome;
}

async function openMarket(markets) {
  const { type, facts } = openPool(MARKET);
  await must(markets, 'pool', { type, facts });
  for (let hour = 0; hour < HOURS; hour += 1) {
    const window = hours(hour, hour + 4);
    await must(markets, `ask ${hour}`, ask({ id: `${MARKET}~ask-${hour}`, window, price: 100, size: SUPPLY }));
  }
}

async function load(markets, run, { inFlight, seconds }) {
  const random = randomFrom(inFlight);
  let fills = 0;
  const work = async (index) => {
    const from = random(HOURS);
    const window = hours(from, from + 1 + random(4));
    const price = random(10) < 7 ? 100 + random(20) : 60 + random(40);
    const order = bid({ id: `${MARKET}~${run}-${index}`, window, price, size: 1 + random(100) });
    const input = { marketId: MARKET, window, quantity: String(order.quantity), limitPrice: String(price) };
    const outcome = await markets.execute(MARKET, order, context(`${run}-${index}`, { placeOrder: input }));
    if (!outcome.accepted) throw new Error(outcome.rejection.code);
    fills += outcome.answer.order.fills.length;
  };
  return { ...(await closedLoop({ inFlight, seconds, work })), fills };
}

export async function run({ url, ...options }) {
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  try {
    await pool.query(MAKE_ROWS);
    return summary(await takeTurns(pool, { url, ...options }));
  } finally {
    await pool.end();
  }
}

async function takeTurns(pool, { url, folder, seconds, rounds }) {
  const markets = service(pool);
  await openMarket(markets);
  const got = { pgbench32: [], 64: [], 256: [] };
  for (let round = 1; round <= rounds; round += 1) {
    const inserts = () => pgbenchTimed(url, { script: INSERT_ROW, clients: 32, seconds, folder });
    got.pgbench32.push(await withCpu(inserts));
    for (const inFlight of IN_FLIGHT) {
      got[inFlight].push(await withCpu(() => load(markets, `r${round}-${inFlight}`, { inFlight, seconds })));
    }
    const said = Object.entries(got).map(([name, all]) => `${name}: ${all.at(-1).perSecond}/s`);
    console.log(`round ${round}:`, said.join(', '), `${got[64].at(-1).fills} fills`);
  }
  return got;
}

function summary(got) {
  const of = (name, figure) => median(got[name].map((one) => one[figure]));
  const quotient = (name, figure) => median(got[name].map((one, index) => one[figure] / got.pgbench32[index][figure]));
  const ratios = {};
  const figures = {
    'durable pgbench32 inserts/s': of('pgbench32', 'perSecond'),
    'durable pgbench32 inserts per CPU second': of('pgbench32', 'perCpuSecond'),
  };
  for (const inFlight of IN_FLIGHT) {
    ratios[`durable orders, ${inFlight} in flight/pgbench32`] = ratio(quotient(inFlight, 'perSecond'), 1);
    const perCpu = ratio(quotient(inFlight, 'perCpuSecond'), 1);
    ratios[`durable orders per CPU second, ${inFlight} in flight/pgbench32`] = perCpu;
    figures[`durable orders per CPU second, ${inFlight} in flight`] = of(inFlight, 'perCpuSecond');
    figures[`durable orders/s, ${inFlight} in flight`] = of(inFlight, 'perSecond');
    figures[`durable p50 ms, ${inFlight} in flight`] = of(inFlight, 'p50Ms');
    figures[`durable p99 ms, ${inFlight} in flight`] = of(inFlight, 'p99Ms');
  }
  return { ratios, figures };
}
