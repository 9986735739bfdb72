import { createRequire } from 'node:module';
import type { Highs } from 'highs';
import type { LinearOutcome, LinearProgram } from '../../src/allocation/model/linear-program.js';

// Loaded before anything starts: what a simulation waits for must not depend on the machine.
const load = createRequire(import.meta.url)('highs') as () => Promise<Highs>;
const highs = await load();

const bounded = (bounds: Float64Array): Float64Array =>
  bounds.map((bound) => (Math.abs(bound) === Infinity ? Math.sign(bound) * highs.infinity : bound));

/** HiGHS on the spot: the product's runs in a thread of its own, whose answers come when they come. */
export async function solve(program: LinearProgram): Promise<LinearOutcome> {
  const { cost, upper, rowLower, rowUpper, starts, rows: indices, values, whole } = program;
  const [numCols, numRows] = [cost.length, rowLower.length];
  if (numCols === 0) return { kind: 'infeasible' };
  const model = {
    ...{ numCols, numRows, colCost: cost, colLower: new Float64Array(numCols) },
    ...{ colUpper: bounded(upper), rowLower: bounded(rowLower), rowUpper: bounded(rowUpper) },
    matrix: { format: 'csc', numRows, numCols, starts, indices, values } as const,
    ...(whole === null ? {} : { integrality: whole }),
  };
  return highs.withModel(model, (solving): LinearOutcome => {
    solving.options.set({ output_flag: false, random_seed: 1 });
    solving.run();
    const isOptimal = solving.getModelStatus() === highs.constants.modelStatus.optimal;
    if (!isOptimal) return { kind: 'infeasible' };
    return { kind: 'optimal', values: solving.getSolution().colValue };
  });
}
