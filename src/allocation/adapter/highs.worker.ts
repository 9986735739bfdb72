import type { Highs, ModelData } from 'highs';
import type { LinearProgram } from '../model/linear-program.js';

export interface HighsTask {
  readonly id: number;
  readonly program: LinearProgram;
  readonly timeLimitSeconds: number;
}

export interface HighsReply {
  readonly id: number;
  readonly kind: 'optimal' | 'feasible' | 'infeasible' | 'too-slow';
  readonly values: Float64Array | null;
}

export interface HighsWorkerData {
  /** Path of the package's loader. */
  readonly loader: string;
}

/**
 * What runs in the worker thread. It is sent there as text, so that it starts alike from sources and
 * from what they are compiled to: it must use nothing of this file but types.
 */
export function highsWorker(): void {
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  const { createRequire } = process.getBuiltinModule('node:module');
  const { loader } = workerData as HighsWorkerData;
  const load = createRequire(loader)(loader) as () => Promise<Highs>;
  const loaded = load();

  function modelOf(highs: Highs, program: LinearProgram): ModelData {
    const { cost, upper, rowLower, rowUpper, starts, rows: indices, values, whole } = program;
    const [numCols, numRows] = [cost.length, rowLower.length];
    const bounded = (bounds: Float64Array): Float64Array =>
      bounds.map((bound) => (Math.abs(bound) === Infinity ? Math.sign(bound) * highs.infinity : bound));
    return {
      ...{ numCols, numRows, colCost: cost, colLower: new Float64Array(numCols) },
      ...{ colUpper: bounded(upper), rowLower: bounded(rowLower), rowUpper: bounded(rowUpper) },
      matrix: { format: 'csc', numRows, numCols, starts, indices, values },
      ...(whole === null ? {} : { integrality: whole }),
    };
  }

  function solve(highs: Highs, { id, program, timeLimitSeconds }: HighsTask): HighsReply {
    return highs.withModel(modelOf(highs, program), (model): HighsReply => {
      const isWhole = program.whole !== null;
      model.options.set({ output_flag: false, time_limit: timeLimitSeconds, random_seed: 1 });
      // Presolving a program whose corners are whole takes far longer than solving it.
      model.options.set(isWhole ? { mip_rel_gap: 1e-7, mip_abs_gap: 0.9 } : { presolve: 'off' });
      model.run();
      const { optimal, infeasible, unboundedOrInfeasible } = highs.constants.modelStatus;
      const status = model.getModelStatus();
      if (status === infeasible || status === unboundedOrInfeasible) {
        return { id, kind: 'infeasible', values: null };
      }
      const isFeasible = model.info.get('primal_solution_status') === 2;
      if (!isFeasible) return { id, kind: 'too-slow', values: null };
      const values = model.getSolution().colValue;
      return { id, kind: status === optimal ? 'optimal' : 'feasible', values };
    });
  }

  parentPort?.on('message', (task: HighsTask) => {
    void loaded.then((highs) => parentPort.postMessage(solve(highs, task)));
  });
}
