import { ask, curve, problem, type Rules } from '../../../test/support/planning.js';
import { hour, hours, tokens } from '../../../test/support/market.js';
import { DAY_MS, MINUTE_MS, type Duration } from '../../kernel/time.js';
import { segmentsOf } from '../../kernel/step-function.js';
import { HIGHS_LIMITS, HighsSolver } from '../adapter/highs.solver.js';
import { faultsOf, surplusOf } from '../model/plan.check.js';
import type { Ask, Plan } from '../model/plan.problem.js';
import { solvePlan } from './plan.solving.js';

// What is best is found on a slow machine too.
const solver = new HighsSolver({ ...HIGHS_LIMITS, timeLimitMs: 50_000 });
afterAll(() => solver.onApplicationShutdown());

const solve = (demand: ReturnType<typeof curve>, asks: readonly Ask[], rules?: Rules) =>
  solvePlan(problem(demand, asks, rules), (program) => solver.solve(program));

async function planned(...[demand, asks, rules]: Parameters<typeof solve>): Promise<Plan> {
  const solved = await solve(demand, asks, rules);
  if (solved.kind !== 'plan') throw new Error(JSON.stringify(solved));
  expect(faultsOf(problem(demand, asks, rules), solved.plan)).toEqual([]);
  return solved.plan;
}

/** `listing quantity from-to`, hours from day zero. */
const shown = ({ fills }: Plan): string[] =>
  fills.map(({ listingId, quantity, window }) => {
    const [from, to] = [window.start, window.end].map((at) => (at - hour(0)) / (hour(1) - hour(0)));
    return `${listingId} ${quantity} ${from}-${to}`;
  });

const DAILY = { grid: DAY_MS };

describe('the cheapest plan', () => {
  it('buys in lots, and the rest where lots are smaller', async () => {
    const large = (quantity: number) => ask('A1', 10, [[0, 4, quantity]], { lotSize: tokens(100) });
    const plan = await planned(curve([0, 4, 150]), [large(250), ask('B1', 15, [[0, 4, 100]])]);
    expect([shown(plan), plan.amount]).toEqual([['A1 100 0-4', 'B1 50 0-4'], 7_000n]);
    const dear = await planned(curve([0, 4, 150]), [large(250), ask('B1', 25, [[0, 4, 100]])]);
    expect([shown(dear), dear.amount]).toEqual([['A1 200 0-4'], 8_000n]);
    expect(segmentsOf(surplusOf(problem(curve([0, 4, 150]), []), dear))).toEqual([{ window: hours(0, 4), value: 50n }]);
    const alike = await planned(curve([0, 4, 150]), [large(200), large(100)].map((one, index) => ({ ...one, listingId: `A${index}` as never })));
    expect(alike).toMatchObject({ amount: 8_000n, isOptimal: true });
    expect(await solve(curve([0, 4, 150]), [large(190)])).toMatchObject({ kind: 'short', shortage: { available: 100n } });
  });

  it('fills from the cheapest up, and follows the curve', async () => {
    const asks = [ask('A1', 10, [[0, 24, 100]]), ask('B1', 20, [[0, 24, 100]])];
    const plan = await planned(curve([0, 4, 80], [4, 8, 150], [8, 10, 20]), asks);
    expect(shown(plan)).toEqual(['A1 80 0-8', 'A1 20 4-10', 'B1 50 4-8']);
    expect(plan).toMatchObject({ amount: 11_600n, isOptimal: true });
  });

  it('buys a whole cell of a coarse grid only where that is cheaper', async () => {
    const demand = curve([0, 6, 10]);
    const dear = await planned(demand, [ask('A1', 3, [[0, 24, 10]], DAILY), ask('B1', 13, [[0, 24, 10]])]);
    expect(shown(dear)).toEqual(['A1 10 0-24']);
    const fine = await planned(demand, [ask('A1', 3, [[0, 24, 10]], DAILY), ask('B1', 11, [[0, 24, 10]])]);
    expect(shown(fine)).toEqual(['B1 10 0-6']);
  });

  it('buys above the demand only what a grid forces, also for nothing', async () => {
    const asks = [ask('A1', 0, [[0, 24, 10]], DAILY), ask('B1', 0, [[0, 24, 100]])];
    const demand = curve([0, 6, 10], [6, 12, 30]);
    const plan = await planned(demand, asks);
    const surplus = segmentsOf(surplusOf(problem(demand, asks), plan));
    expect(surplus.every(({ window }) => window.start >= hour(12))).toBe(true);
  });

  it('is in as few pieces as equal prices allow', async () => {
    const asks = [
      ask('A1', 10, [[0, 4, 30]]),
      ask('B1', 10, [[0, 24, 100]]),
      ask('C1', 10, [[2, 9, 60]]),
    ];
    expect(shown(await planned(curve([0, 12, 60]), asks))).toEqual(['B1 60 0-12']);
  });

  it('keeps below what a pool leaves to one buyer', async () => {
    const asks = [ask('A1', 1, [[0, 4, 50]]), ask('A2', 2, [[0, 4, 50]]), ask('B1', 9, [[0, 4, 50]])];
    const plan = await planned(curve([0, 4, 50]), asks, { rooms: { 'pool-A': curve([0, 4, 30]) } });
    expect(shown(plan)).toEqual(['A1 30 0-4', 'B1 20 0-4']);
  });

  it('rounds amounts as a sale does', async () => {
    const grid = (15 * MINUTE_MS) as Duration;
    const quarter = { starts: [hour(0), (hour(0) + grid) as never], values: [6n, 0n] };
    const asks = [ask('A1', 3, [[0, 1, 10]], { grid })];
    // 4.5 rounds to the even 4.
    expect(await planned(quarter, asks)).toMatchObject({ amount: 4n });
  });
});

describe('rules over providers', () => {
  const asks = [ask('A1', 1, [[0, 4, 90]]), ask('B1', 2, [[0, 4, 90]]), ask('C1', 3, [[0, 4, 90]])];

  it.each<[string, Rules, string[]]>([
    ['none', {}, ['A1 90 0-4']],
    ['a share of two thirds', { share: 6_667 }, ['A1 60 0-4', 'B1 30 0-4']],
    ['a share of 40 %', { share: 4_000 }, ['A1 36 0-4', 'B1 36 0-4', 'C1 18 0-4']],
    ['three providers', { providersMin: 3 }, ['A1 88 0-4', 'B1 1 0-4', 'C1 1 0-4']],
    ['both', { providersMin: 3, share: 5_000 }, ['A1 45 0-4', 'B1 44 0-4', 'C1 1 0-4']],
  ])('%s', async (_what, rules, expected) => {
    expect(shown(await planned(curve([0, 4, 90]), asks, rules))).toEqual(expected);
  });

  it.each<[number, number, Rules, string[]]>([
    [100, 50, { providersMin: 3 }, ['A1 50 0-4', 'B1 50 0-4', 'C1 50 0-4']],
    [100, 50, { share: 4_000 }, ['A1 50 0-4', 'B1 50 0-4', 'C1 50 0-4']],
    [1, 1, { providersMin: 2 }, ['A1 1 0-4', 'B1 1 0-4']],
    // 34 of 100 are above 33.34 %, and three times 33 are not enough.
    [100, 1, { share: 3_334 }, ['A1 34 0-4', 'B1 34 0-4', 'C1 34 0-4']],
  ])('are kept to with more than is wanted where nothing else keeps to them: of %i in lots of %i, %j', async (quantity, lot, rules, expected) => {
    const inLots = asks.map((one) => ({ ...one, lotSize: tokens(lot) }));
    expect(shown(await planned(curve([0, 4, quantity]), inLots, rules))).toEqual(expected);
  });

  it('are kept to at the least cost: a small lot that is dear comes before a large one', async () => {
    const lots = asks.map((one) => ({ ...one, lotSize: tokens(50) }));
    const small = ask('D1', 9, [[0, 4, 90]]);
    const found = await planned(curve([0, 4, 100]), [...lots, small], { providersMin: 3 });
    expect(shown(found)).toEqual(['A1 50 0-4', 'B1 50 0-4', 'D1 1 0-4']);
    expect(found.amount).toBe(4n * (50n + 100n + 9n));
    expect(await planned(curve([0, 4, 100]), lots, { providersMin: 3 })).toMatchObject({ amount: 4n * (50n + 100n + 150n) });
  });

  it('are kept to in a book that is larger than what is solved at once', async () => {
    const owners = ['A', 'B', 'C', 'D'];
    const book = Array.from({ length: 60 }, (_, index) => {
      const from = (index * 7) % 24;
      const owner = owners[index % 4] as string;
      const unitPrice = 1_000 + ((index * 3_701) % 5_000) + (index % 4) * 900;
      return ask(`${owner}${index}`, unitPrice, [[from, from + 24, 40 + index]]);
    });
    const wave = Array.from({ length: 24 }, (_, at) => [at + 12, at + 13, 300 + ((at * 31) % 90)] as const);
    const free = await planned(curve(...wave), book);
    const shared = await planned(curve(...wave), book, { share: 2_600 });
    expect(free.providers[0]?.share).toBeGreaterThan(2_600);
    expect(shared.isOptimal).toBe(true);
    expect(shared.amount).toBeGreaterThan(free.amount);
  });

  it('says which rule is in the way', async () => {
    const spread = (rules: Rules, quantity = 90) => solve(curve([0, 4, quantity]), asks, rules);
    const infeasible = (inTheWay: string[]) => ({ kind: 'infeasible', infeasible: { providers: 3, inTheWay } });
    expect(await spread({ providersMin: 4 })).toMatchObject(infeasible(['providersMin']));
    expect(await spread({ share: 3_333 })).toMatchObject(infeasible(['providerShareMax']));
    expect(await spread({ share: 3_334 }, 102)).toMatchObject({ kind: 'plan' });
    // With 10 that are a fifth of all, all are 50.
    const scarce = [...asks.slice(0, 2), ask('C1', 3, [[0, 4, 10]])];
    expect(await solve(curve([0, 4, 51]), scarce, { share: 4_000 })).toMatchObject(infeasible(['providerShareMax']));
    expect(await solve(curve([0, 4, 50]), scarce, { share: 4_000 })).toMatchObject({ kind: 'plan' });
  });
});

describe('no plan', () => {
  it('says where supply ends first', async () => {
    const asks = [ask('A1', 1, [[0, 4, 90]]), ask('B1', 1, [[2, 6, 90]])];
    const solved = await solve(curve([0, 6, 80], [3, 5, 50]), asks);
    const shortage = { window: hours(4, 5), demanded: 130n, available: 90n };
    expect(solved).toEqual({ kind: 'short', shortage });
    expect(await solve(curve([0, 1, 1]), [])).toMatchObject({ shortage: { available: 0n } });
  });

  it('does not count what is left of a day that cannot be bought whole', async () => {
    const solved = await solve(curve([0, 6, 5]), [ask('A1', 1, [[0, 12, 9]], DAILY)]);
    expect(solved).toMatchObject({ kind: 'short', shortage: { available: 0n } });
  });
});
