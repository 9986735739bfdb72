import fc from 'fast-check';
import { HighsSolver, HIGHS_LIMITS } from '../../src/allocation/adapter/highs.solver.js';
import { solvePlan } from '../../src/allocation/application/plan.solving.js';
import { faultsOf } from '../../src/allocation/model/plan.check.js';
import type { PlanProblem } from '../../src/allocation/model/plan.problem.js';
import { HOUR_MS, type Duration } from '../../src/kernel/time.js';
import { tokens } from '../support/market.js';
import { ask, cheapestByTrying, curve, problem, type Stretch } from '../support/planning.js';

const HOURS = 4;
const solver = new HighsSolver({ ...HIGHS_LIMITS, timeLimitMs: 50_000 });
afterAll(() => solver.onApplicationShutdown());

const small = (max: number, min = 0) => fc.integer({ min, max });
const grids = fc.constantFrom(HOUR_MS, (2 * HOUR_MS) as Duration);

/** Whole cells of the grid, with what is left in each. */
const anyAsk = fc
  .tuple(fc.constantFrom('A', 'B', 'C'), small(4), grids, fc.array(small(2), { minLength: HOURS, maxLength: HOURS }))
  .map(([owner, unitPrice, grid, left]) => {
    const length = grid / HOUR_MS;
    const stretches = left.flatMap((quantity, index): Stretch[] =>
      index * length < HOURS ? [[index * length, (index + 1) * length, quantity]] : [],
    );
    return { owner, unitPrice, grid, stretches };
  });

/** A pool has one grid: it is in the pool's name. */
const asks = fc.array(anyAsk, { minLength: 1, maxLength: 4 }).map((all) =>
  all.map(({ owner, unitPrice, grid, stretches }, index) =>
    ask(`${owner}${index}`, unitPrice, stretches, { grid, poolId: `${owner}-${grid}` as never }),
  ),
);

/** Lots are the pool's too. What is left is sometimes no whole number of them. */
const inLots = fc
  .tuple(fc.array(anyAsk, { minLength: 1, maxLength: 3 }), fc.array(fc.constantFrom(1, 2, 3), { minLength: 3, maxLength: 3 }))
  .map(([all, lots]) =>
    all.map(({ owner, unitPrice, grid, stretches }, index) => {
      const lot = lots['ABC'.indexOf(owner)] ?? 1;
      const left = stretches.map(([from, to, quantity], at): Stretch => [from, to, quantity * lot + (at % lot)]);
      const pool = { grid, lotSize: tokens(lot), poolId: `${owner}-${grid}-${lot}` as never };
      return ask(`${owner}${index}`, unitPrice, left, pool);
    }),
  );

const hourly = (values: readonly number[]) =>
  curve(...values.map((value, index): Stretch => [index, index + 1, value]));
/** Nowhere the same twice in a row, so that every hour may be planned by itself. */
const changing = fc
  .array(small(3), { minLength: HOURS, maxLength: HOURS })
  .filter((values) => values.some((value) => value > 0))
  .filter((values) => values.every((value, index) => value !== values[index - 1]));
const anyDemand = fc
  .array(small(3), { minLength: HOURS, maxLength: HOURS })
  .filter((values) => values.some((value) => value > 0));

async function compare(given: PlanProblem): Promise<void> {
  const expected = cheapestByTrying(given, 0, HOURS);
  const solved = await solvePlan(given, (program) => solver.solve(program));
  if (expected === null) {
    expect(['short', 'infeasible']).toContain(solved.kind);
    return;
  }
  expect(solved).toMatchObject({ kind: 'plan', plan: { amount: expected, isOptimal: true } });
  if (solved.kind === 'plan') expect(faultsOf(given, solved.plan)).toEqual([]);
}

describe('a plan', () => {
  it('costs what the cheapest of all ways to buy costs, or there is none', async () => {
    await fc.assert(
      fc.asyncProperty(anyDemand, asks, (demand, all) => compare(problem(hourly(demand), all))),
      { numRuns: 300 },
    );
  });

  it('does so below the caps of pools', async () => {
    const caps = fc.array(small(2), { minLength: HOURS, maxLength: HOURS });
    await fc.assert(
      fc.asyncProperty(anyDemand, asks, caps, (demand, all, cap) => {
        const pool = all[0]!.poolId;
        return compare(problem(hourly(demand), all, { rooms: { [pool]: hourly(cap) } }));
      }),
      { numRuns: 200 },
    );
  });

  it('does so in the lots of each pool', async () => {
    await fc.assert(
      fc.asyncProperty(changing, inLots, fc.boolean(), (demand, all, isCapped) => {
        const pool = all[0]!.poolId;
        const rooms = isCapped ? { [pool]: hourly([2, 3, 1, 4]) } : {};
        return compare(problem(hourly(demand), all, { rooms }));
      }),
      { numRuns: 300 },
    );
  });

  it('does so in lots with shares and numbers of providers', async () => {
    const rules = fc.record({ providersMin: small(3, 1), share: fc.constantFrom(null, 3_400, 5_000, 7_500) });
    await fc.assert(
      fc.asyncProperty(changing, inLots, rules, (demand, all, rule) =>
        compare(problem(hourly(demand), all, rule)),
      ),
      { numRuns: 150 },
    );
  });

  it('does so with shares and numbers of providers', async () => {
    const rules = fc.record({
      providersMin: small(3, 1),
      share: fc.constantFrom(null, 3_400, 5_000, 6_000, 7_500),
    });
    await fc.assert(
      fc.asyncProperty(changing, asks, rules, (demand, all, rule) =>
        compare(problem(hourly(demand), all, rule)),
      ),
      { numRuns: 300 },
    );
  });
});
