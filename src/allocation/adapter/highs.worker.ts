import type { Highs, ModelData } from 'highs';
import type { LinearProgram } from '../model/linear-program.js';

// What runs in the solver's thread. It is sent there as text, so that it starts alike from sources and
// from what they are compiled to: functions below use each other and nothing else but types.

export interface HighsTask {
  readonly id: number;
  readonly program: LinearProgram;
  readonly timeLimitMs: number;
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

type Answer = Omit<HighsReply, 'id'>;
/** With what a relaxation tells of every column: what leaving its value costs at least. */
type Run = Answer & { readonly objective: number; readonly reducedCosts: Float64Array | null };
interface Limits {
  /** By the thread's own clock. */
  readonly until: number;
  /** What costs no more is good enough. */
  readonly target: number;
}

function nothing(): { values: null; objective: number; reducedCosts: null } {
  return { values: null, objective: Infinity, reducedCosts: null };
}

/** The best to one part in a million, and to the last micro-USD of small amounts. */
function wholeOptions(): { mip_rel_gap: number; mip_abs_gap: number } {
  return { mip_rel_gap: 1e-6, mip_abs_gap: 0.9 };
}

function listen(): void {
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  const { createRequire } = process.getBuiltinModule('node:module');
  const { loader } = workerData as HighsWorkerData;
  const loaded = (createRequire(loader)(loader) as () => Promise<Highs>)();
  parentPort?.on('message', ({ id, program, timeLimitMs }: HighsTask) => {
    void loaded.then((highs) => {
      const until = performance.now() + timeLimitMs;
      const solve = program.whole === null ? runOnce : solveWhole;
      const { kind, values } = solve(highs, program, { until, target: -Infinity });
      parentPort.postMessage({ id, kind, values });
    });
  });
}

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

function runOnce(highs: Highs, program: LinearProgram, { until, target }: Limits): Run {
  const left = (until - performance.now()) / 1_000;
  if (left <= 0) return { kind: 'too-slow', ...nothing() };
  return highs.withModel(modelOf(highs, program), (model): Run => {
    model.options.set({ output_flag: false, time_limit: left, random_seed: 1 });
    // Presolving one of our relaxations takes far longer than solving it.
    const isRelaxed = program.whole === null;
    model.options.set(isRelaxed ? { presolve: 'off' } : { ...wholeOptions(), objective_target: target });
    model.run();
    const { optimal, infeasible, unboundedOrInfeasible } = highs.constants.modelStatus;
    const status = model.getModelStatus();
    if (status === infeasible || status === unboundedOrInfeasible) {
      return { kind: 'infeasible', ...nothing() };
    }
    // 2: a feasible point is known.
    if (model.info.get('primal_solution_status') !== 2) return { kind: 'too-slow', ...nothing() };
    const { colValue: values, colDual: reducedCosts } = model.getSolution();
    const objective = model.getObjectiveValue();
    const kind = status === optimal || objective <= target ? 'optimal' : 'feasible';
    return { kind, values, objective, reducedCosts };
  });
}

/**
 * Whole numbers close to the relaxation: columns that cost most to move stay where it left them. What
 * is found is the best of all when it costs what the relaxation does, or when every column left fixed
 * would cost more to move than there is between the two; else more of them are let go.
 */
function solveWhole(highs: Highs, program: LinearProgram, { until }: Limits): Answer {
  const relaxed = runOnce(highs, { ...program, whole: null }, { until, target: -Infinity });
  if (relaxed.kind !== 'optimal') {
    return { kind: relaxed.kind === 'infeasible' ? 'infeasible' : 'too-slow', values: null };
  }
  const { mip_rel_gap, mip_abs_gap } = wholeOptions();
  const { objective: bound } = relaxed;
  const target = bound + Math.max(mip_abs_gap, Math.abs(bound) * mip_rel_gap);
  return solveNearest(highs, program, relaxed, { until, target });
}

function solveNearest(highs: Highs, program: LinearProgram, relaxed: Run, limits: Limits): Answer {
  const { until, target } = limits;
  const { costs, order } = byCostOfMoving(program, relaxed);
  let best: Run = { ...nothing(), kind: 'too-slow' };
  for (let count = 250; count < order.length && until - performance.now() > 50; count *= 4) {
    const half = (until + performance.now()) / 2;
    const near = { relaxed, free: order.slice(0, count) };
    const found = solveNear(highs, program, near, { until: half, target });
    const left = found.objective - relaxed.objective - 1e-6;
    const isProven = found.kind === 'optimal' && (costs[order[count] as number] as number) >= left;
    if (isProven || found.objective <= target) return { kind: 'optimal', values: found.values };
    if (found.objective < best.objective) best = { ...found, kind: 'feasible' };
  }
  return solveAll(highs, program, { relaxed, free: order, best }, limits);
}

function solveAll(
  highs: Highs,
  program: LinearProgram,
  { best, ...near }: { readonly relaxed: Run; readonly free: readonly number[]; readonly best: Run },
  limits: Limits,
): Answer {
  // A large one may not look at the clock in time, and what is known already would be lost with it.
  if (best.values !== null && near.free.length > 4_000) return best;
  const last = solveNear(highs, program, near, limits);
  return last.objective <= best.objective ? last : best;
}

/** Columns by what leaving the relaxation's value costs at least, the cheapest first. */
function byCostOfMoving(
  program: LinearProgram,
  { reducedCosts }: Run,
): { readonly costs: Float64Array; readonly order: readonly number[] } {
  const costs = program.cost.map((_, column) => {
    // Those that need not be whole follow the others.
    return program.whole?.[column] === 1 ? Math.abs(reducedCosts?.[column] ?? 0) : -1;
  });
  const order = Array.from(costs.keys());
  return { costs, order: order.sort((a, b) => (costs[a] as number) - (costs[b] as number)) };
}

/** The program with all columns but the free ones fixed: they leave it, and rows are shifted by them. */
function solveNear(
  highs: Highs,
  program: LinearProgram,
  near: { readonly relaxed: Run; readonly free: readonly number[] },
  limits: Limits,
): Run {
  const { starts, rows, values: coefficients } = program;
  const free = [...near.free].sort((a, b) => a - b);
  const fixed = (near.relaxed.values ?? new Float64Array(program.cost.length)).map(Math.round);
  for (const column of free) fixed[column] = 0;
  const shift = new Float64Array(program.rowLower.length);
  let offset = 0;
  fixed.forEach((value, column) => {
    if (value === 0) return;
    offset += value * (program.cost[column] as number);
    for (let at = starts[column] as number; at < (starts[column + 1] as number); at += 1) {
      const row = rows[at] as number;
      shift[row] = (shift[row] as number) + value * (coefficients[at] as number);
    }
  });
  const pick = (all: Float64Array): Float64Array =>
    Float64Array.from(free, (column) => all[column] as number);
  const places = free.flatMap((column) => {
    const [from, to] = [starts[column] as number, starts[column + 1] as number];
    return Array.from({ length: to - from }, (_, index) => from + index);
  });
  const reduced: LinearProgram = {
    cost: pick(program.cost),
    upper: pick(program.upper),
    rowLower: program.rowLower.map((lower, row) => lower - (shift[row] as number)),
    rowUpper: program.rowUpper.map((upper, row) => upper - (shift[row] as number)),
    starts: startsOf(free.map((column) => (starts[column + 1] as number) - (starts[column] as number))),
    rows: Int32Array.from(places, (at) => rows[at] as number),
    values: Float64Array.from(places, (at) => coefficients[at] as number),
    whole: Int32Array.from(free, (column) => program.whole?.[column] ?? 0),
  };
  const found = runOnce(highs, reduced, { ...limits, target: limits.target - offset });
  if (found.values === null) return found;
  const { values } = found;
  free.forEach((column, index) => {
    fixed[column] = values[index] as number;
  });
  return { ...found, values: fixed, objective: found.objective + offset };
}

function startsOf(lengths: readonly number[]): Int32Array {
  const starts = new Int32Array(lengths.length + 1);
  lengths.forEach((length, index) => {
    starts[index + 1] = (starts[index] as number) + length;
  });
  return starts;
}

/** The text that a thread is started with. */
export const HIGHS_WORKER = [
  ...[listen, nothing, wholeOptions, modelOf, runOnce, solveWhole].map(String),
  ...[solveNearest, solveAll, byCostOfMoving, solveNear, startsOf].map(String),
  'listen();',
].join('\n');
