import { LinearProgramBuilder, type LinearProgram } from '../model/linear-program.js';
import { HIGHS_LIMITS, HighsSolver, type HighsLimits } from './highs.solver.js';

const open: HighsSolver[] = [];
afterEach(() => Promise.all(open.splice(0).map((solver) => solver.onApplicationShutdown())));

function solverWith(limits: Partial<HighsLimits> = {}): HighsSolver {
  const solver = new HighsSolver({ ...HIGHS_LIMITS, ...limits });
  open.push(solver);
  return solver;
}

/** One row: at least `least` of columns at these costs, up to `upper` each. */
function cover(least: number, costs: readonly number[], upper = 10, isWhole = false): LinearProgram {
  const builder = new LinearProgramBuilder();
  const row = builder.addRow(least, Infinity);
  for (const cost of costs) {
    const column = builder.addColumn({ cost, upper });
    builder.set(row, column, isWhole ? 2 : 1);
    if (isWhole) builder.makeWhole(column);
  }
  return builder.build();
}

/** A knapsack with one answer that branching is long in finding: hard for any solver. */
function hard(): LinearProgram {
  const builder = new LinearProgramBuilder();
  const rows = Array.from({ length: 8 }, (_, row) => builder.addRow(4_999 + row, 4_999 + row));
  for (let index = 0; index < 60; index += 1) {
    const column = builder.addColumn({ cost: 1, upper: 1 });
    builder.makeWhole(column);
    rows.forEach((row, at) => builder.set(row, column, 101 + ((index * 7_919 * (at + 1)) % 397)));
  }
  return builder.build();
}

describe('HiGHS', () => {
  it('takes the cheapest', async () => {
    const outcome = await solverWith().solve(cover(15, [3, 1, 2]));
    expect(outcome).toEqual({ kind: 'optimal', values: Float64Array.of(0, 10, 5) });
  });

  it('takes whole numbers where it is asked to', async () => {
    const outcome = await solverWith().solve(cover(7, [3, 1], 3, true));
    expect(outcome).toEqual({ kind: 'optimal', values: Float64Array.of(1, 3) });
  });

  it.each([false, true])('says when nothing fits (whole: %s)', async (isWhole) => {
    expect(await solverWith().solve(cover(50, [3, 1], 3, isWhole))).toEqual({ kind: 'infeasible' });
  });

  it('needs no thread for a program without columns', async () => {
    const solver = solverWith({ queueMax: 0 });
    expect(await solver.solve(cover(0, []))).toMatchObject({ kind: 'optimal' });
    expect(await solver.solve(cover(1, []))).toEqual({ kind: 'infeasible' });
  });

  it('turns away what its queue does not hold, and solves the rest', async () => {
    const solver = solverWith({ queueMax: 2 });
    const asked = [1, 2, 3].map((least) => solver.solve(cover(least, [1])));
    expect((await Promise.all(asked)).map(({ kind }) => kind)).toEqual(['optimal', 'optimal', 'busy']);
  });

  it('gives up when time is over, and goes on with the next', async () => {
    const solver = solverWith({ timeLimitMs: 1, graceMs: 1 });
    const asked = [solver.solve(hard()), solver.solve(hard())];
    expect((await Promise.all(asked)).map(({ kind }) => kind)).toEqual(['too-slow', 'too-slow']);
  });

  it('answers what waits when the application ends', async () => {
    const solver = solverWith();
    const asked = [solver.solve(hard()), solver.solve(hard())];
    await solver.onApplicationShutdown();
    expect((await Promise.all(asked)).map(({ kind }) => kind)).toEqual(['busy', 'busy']);
  });
});
