// Microseconds for one order as the book grows: 1,000 to 100,000 orders that rest, in one window and in
// many, and 1 to 100 markets in turns. What may grow is the logarithm.
import { median, ratio } from '../measure.mjs';
import { BUYER, hours, NOW, openMarket, randomFrom, ask, bid } from './orders.mjs';

const SIZES = [1_000, 10_000, 100_000];
const MARKETS = [1, 10, 100];
const ORDERS_OF_ALL = 10_000;
const PROBES = 4_000;
const WINDOWS = { plain: 1, windows: 168 };

const windowOf = (random, windows) => {
  const from = random(windows);
  return hours(from, from + (windows === 1 ? 1 : 1 + random(4)));
};

/** Half asks above, half bids below: all of them rest. */
function fill(market, { count, windows, random }) {
  for (let index = 0; index < count; index += 1) {
    const window = windowOf(random, windows);
    const size = 1 + random(100);
    const isAsk = index % 2 === 0;
    const price = isAsk ? 10_000 + random(1_000) : 8_000 + random(1_000);
    const order = { id: `${isAsk ? 's' : 'b'}${index}`, window, price, size };
    market.send({ ...(isAsk ? ask(order) : bid(order)), now: NOW });
  }
}

/** One that rests, one ask and one bid that meet, one that is cancelled: in the middle of it all. */
function probe(market, { index, windows, random }) {
  const window = windowOf(random, windows);
  const id = `p${index}`;
  market.send({ ...bid({ id: `${id}b`, window, price: 8_000 + random(1_000), size: 5 }), now: NOW });
  market.send({ ...ask({ id: `${id}s`, window, price: 9_500, size: 7 }), now: NOW });
  market.send({ ...bid({ id: `${id}t`, window, price: 9_600, size: 7 }), now: NOW });
  market.send({ type: 'CancelOrder', orderId: `${id}b`, buyerId: BUYER, now: NOW });
}
const ORDERS_OF_PROBE = 4;

/** A probe costs a few microseconds, so the slowest tenth, where others had the machine, is left out. */
function microsFor(markets, windows, random) {
  const times = [];
  for (let index = 0; index < PROBES; index += 1) {
    const started = performance.now();
    probe(markets[index % markets.length], { index, windows, random });
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const kept = times.slice(0, Math.floor(times.length * 0.9));
  return (kept.reduce((sum, one) => sum + one, 0) / kept.length / ORDERS_OF_PROBE) * 1_000;
}

function measure({ count, markets: marketCount = 1, windows }) {
  const random = randomFrom(count);
  const markets = Array.from({ length: marketCount }, () => {
    const market = openMarket();
    fill(market, { count: Math.round(count / marketCount), windows, random });
    return market;
  });
  microsFor(markets, windows, random);
  return microsFor(markets, windows, random);
}

/** What the logarithm of the number of orders that rest grows by. */
const LOG_OF_RESTING = Math.log2(100_000) / Math.log2(1_000);

const LOG_OF_MARKETS = Math.log2(100) / Math.log2(10);

/** How much longer an order takes in the largest; and the same beside what it may grow by: at most 1. */
const growthOf = (name, micros, allowed) => {
  const [first, last] = [micros[0], micros.at(-1)];
  return {
    [`${name}: time per order`]: ratio(last, first),
    [`${name}: time per order/allowed growth`]: ratio(last / first, allowed),
  };
};

const rounded = (value) => Math.round(value * 10) / 10;

export async function run({ rounds }) {
  const [ratios, figures] = [{}, {}];
  measure({ count: 10_000, windows: 168 });
  for (const [name, windows] of Object.entries(WINDOWS)) {
    const got = new Map(SIZES.map((count) => [count, []]));
    for (let round = 1; round <= rounds; round += 1) {
      for (const count of SIZES) got.get(count).push(measure({ count, windows }));
    }
    const micros = SIZES.map((count) => median(got.get(count)));
    SIZES.forEach((count, index) => (figures[`${name}, ${count} resting, µs/order`] = rounded(micros[index])));
    Object.assign(ratios, growthOf(`${name}, 1000 to 100000 resting`, micros, LOG_OF_RESTING));
    figures[`${name}: no faster than log n`] = micros[2] / micros[0] <= LOG_OF_RESTING;
    console.log(name, SIZES.map((count, index) => `${count}: ${rounded(micros[index])} µs`).join(', '));
  }
  const micros = MARKETS.map((markets) => {
    const all = Array.from({ length: rounds }, () => measure({ count: ORDERS_OF_ALL, markets, windows: 168 }));
    figures[`${markets} markets, µs/order`] = rounded(median(all));
    return median(all);
  });
  // Of one market there is no logarithm to grow by: that quotient stands alone.
  ratios['1 to 100 markets: time per order'] = ratio(micros[2], micros[0]);
  Object.assign(ratios, growthOf('10 to 100 markets', micros.slice(1), LOG_OF_MARKETS));
  console.log(MARKETS.map((count, index) => `${count} markets: ${rounded(micros[index])} µs`).join(', '));
  return { ratios, figures };
}
