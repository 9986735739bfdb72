// Planning on a book of 2,000 asks over a week by the hour: how long an answer takes, from the book in
// memory to fills that can be held, the solver's thread warm. Per round another seeded book.
import { HighsSolver, HIGHS_LIMITS } from '../../dist/allocation/adapter/highs.solver.js';
import { solvePlan } from '../../dist/allocation/application/plan.solving.js';
import { fromSegments } from '../../dist/kernel/step-function.js';
import { median } from './measure.mjs';

const ASKS = 2_000;
const HOURS = 168;
const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 11, 7);

function randomFrom(seed) {
  let state = seed;
  // Numerical Recipes' linear congruence: enough for a book.
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const between = (from, to) => ({ start: START + from * HOUR_MS, end: START + to * HOUR_MS });

function makeAsk(random, index) {
  const providerId = `provider-${random(20)}`;
  const isDaily = random(10) === 0;
  const grid = isDaily ? 24 * HOUR_MS : HOUR_MS;
  const step = isDaily ? 24 : 1;
  const length = (1 + random(isDaily ? 7 : 72)) * step;
  const from = random((HOURS - Math.min(length, HOURS)) / step + 1) * step;
  const window = between(from, Math.min(from + length, HOURS));
  return {
    listingId: `listing-${index}`,
    marketId: 'llama-3.3-70b@fp8',
    poolId: `${providerId}-${isDaily ? 'daily' : 'hourly'}`,
    sellerId: providerId,
    providerId,
    unitPrice: BigInt(500 + random(1_500)),
    grid,
    lotSize: 1n,
    remaining: fromSegments([{ window, value: BigInt(50 + random(450)) }]),
  };
}

function makeProblem(seed, spread) {
  const random = randomFrom(seed);
  const asks = Array.from({ length: ASKS }, (_, index) => makeAsk(random, index));
  // A day's wave with noise: it changes every hour.
  const demand = fromSegments(
    Array.from({ length: HOURS }, (_, hour) => ({
      window: between(hour, hour + 1),
      value: BigInt(6_000 + Math.round(3_000 * Math.sin((hour / 24) * 2 * Math.PI)) + random(500)),
    })),
  );
  return { demand, asks, rooms: new Map(), spread };
}

const SPREADS = {
  plain: { providersMin: 1, providerShareMax: null },
  fiveProviders: { providersMin: 5, providerShareMax: null },
  sharesOf1500: { providersMin: 1, providerShareMax: 1_500 },
  sharesOf800: { providersMin: 1, providerShareMax: 800 },
};

async function measure(solver, spread, rounds) {
  const results = [];
  for (let round = 1; round <= rounds; round += 1) {
    const problem = makeProblem(round, spread);
    const started = performance.now();
    const solved = await solvePlan(problem, (program) => solver.solve(program));
    const ms = Math.round(performance.now() - started);
    if (solved.kind !== 'plan') {
      results.push({ ms, outcome: solved.kind });
      continue;
    }
    const { fills, isOptimal, providers } = solved.plan;
    const largest = providers[0].share;
    results.push({ ms, fills: fills.length, providers: providers.length, largest, isOptimal });
  }
  return { medianMs: median(results.map(({ ms }) => ms)), rounds: results };
}

export async function run({ rounds }) {
  const solver = new HighsSolver(HIGHS_LIMITS);
  const warm = makeProblem(0, SPREADS.plain);
  await solvePlan(warm, (program) => solver.solve(program));
  const figures = { asks: ASKS, hours: HOURS };
  for (const [name, spread] of Object.entries(SPREADS)) {
    figures[name] = await measure(solver, spread, rounds);
    console.log(name, JSON.stringify(figures[name]));
  }
  await solver.onApplicationShutdown();
  // How much of the two seconds that an answer may take is used.
  const ratios = { 'plain/2s': Math.round(figures.plain.medianMs / 20) / 100 };
  return { ratios, figures };
}
