import type { LinearOutcome, LinearProgram } from '../model/linear-program.js';
import { cutTime, type Block, type TimeCuts } from '../model/plan.cells.js';
import { faultsOf, spreadFaultsOf } from '../model/plan.check.js';
import type { ConstraintName, Plan, PlanAnswer, PlanProblem } from '../model/plan.problem.js';
import { coverProgram, spreadProgram } from '../model/plan.program.js';
import { providersIn, shortageOf, type Shortage } from '../model/plan.shortage.js';
import { gather, planFrom, trim, wholeOf, type Quantities } from '../model/plan.tidy.js';
import { variablesOf, type Variable } from '../model/plan.variables.js';

/** More decisions than this are refused before anything is solved. */
const VARIABLES_MAX = 400_000;

type Solve = (program: LinearProgram) => Promise<LinearOutcome>;
export type Solved = PlanAnswer | { readonly kind: 'short'; readonly shortage: Shortage };

/** One cut of time and what can be bought in it. */
interface Attempt {
  readonly problem: PlanProblem;
  readonly cuts: TimeCuts;
  readonly variables: readonly Variable[];
}

/**
 * The cheapest plan. First without the rules over providers: what keeps to them by itself is the
 * cheapest with them too. Only what does not is solved again with whole numbers.
 */
export async function solvePlan(problem: PlanProblem, solve: Solve): Promise<Solved> {
  const cuts = cutTime(problem);
  const shortage = shortageOf(problem, cuts);
  if (shortage !== null) return { kind: 'short', shortage };
  const providers = providersIn(problem, cuts);
  const impossible = impossibleSpread(problem, providers);
  if (impossible.length > 0) return spreadInfeasible(providers, impossible);
  const limitOf = ({ peak }: Block): bigint => peak;
  const variables = variablesOf(problem, cuts, { isByProvider: false, limitOf });
  if (variables.length > VARIABLES_MAX) return { kind: 'too-large' };
  const attempt = { problem, cuts, variables };
  const outcome = await solve(coverProgram(problem, cuts, variables));
  if (!('values' in outcome)) return undecided(outcome.kind);
  const isOptimal = outcome.kind === 'optimal';
  const plan = tidy(attempt, wholeOf(variables, outcome.values), isOptimal);
  if (spreadFaultsOf(problem, plan.fills).length > 0) return solveSpread(problem, cuts, solve);
  return checked(problem, plan);
}

async function solveSpread(problem: PlanProblem, cuts: TimeCuts, solve: Solve): Promise<Solved> {
  const limitOf = ceilingOf(cuts, problem);
  const variables = variablesOf(problem, cuts, { isByProvider: true, limitOf });
  if (variables.length > VARIABLES_MAX) return { kind: 'too-large' };
  const outcome = await solve(spreadProgram(problem, cuts, variables));
  if (outcome.kind === 'infeasible') {
    return spreadInfeasible(providersIn(problem, cuts), activeRules(problem));
  }
  if (!('values' in outcome)) return undecided(outcome.kind);
  const quantities = wholeOf(variables, outcome.values);
  const plan = tidy({ problem, cuts, variables }, quantities, outcome.kind === 'optimal');
  return checked(problem, plan);
}

/** The highest demand around each block on the coarsest grid, and a lot of each provider: as much as any block can be forced to. */
function ceilingOf({ cells, blocks }: TimeCuts, { asks }: PlanProblem): (block: Block) => bigint {
  const lots = new Map<string, bigint>();
  for (const { providerId, lotSize } of asks) {
    if (lotSize > (lots.get(providerId) ?? 0n)) lots.set(providerId, lotSize);
  }
  const beyond = [...lots.values()].reduce((sum, lot) => sum + lot, -1n);
  const coarsest = [...blocks.values()].at(-1) ?? [];
  const ceilings = new Array<bigint>(cells.length).fill(0n);
  for (const { first, last, peak } of coarsest) ceilings.fill(peak, first, last);
  return ({ first, last }) =>
    ceilings.slice(first, last).reduce((high, value) => (value > high ? value : high), 0n) + beyond;
}

function tidy({ problem, cuts, variables }: Attempt, bought: Quantities, isOptimal: boolean): Plan {
  const trimmed = trim(cuts, variables, bought);
  const slim = planFrom(variables, trimmed, isOptimal);
  const keeps = spreadFaultsOf(problem, slim.fills).length === 0;
  // What is above the demand may be what keeps a share small.
  const quantities = keeps ? trimmed : bought;
  const plan = keeps ? slim : planFrom(variables, bought, isOptimal);
  return gather(problem, cuts, { variables, plan }, quantities);
}

/** A solver calculates in doubles: what it answers is taken only when exact arithmetic agrees. */
function checked(problem: PlanProblem, plan: Plan): Solved {
  return faultsOf(problem, plan).length === 0 ? { kind: 'plan', plan } : { kind: 'too-large' };
}

function undecided(kind: 'infeasible' | 'too-slow' | 'busy'): Solved {
  // Supply was counted before: an infeasible cover is one whose numbers are beyond the solver.
  return { kind: kind === 'infeasible' ? 'too-large' : kind };
}

function activeRules({ spread }: PlanProblem): readonly ConstraintName[] {
  return [
    ...(spread.providersMin > 1 ? (['providersMin'] as const) : []),
    ...(spread.providerShareMax === null ? [] : (['providerShareMax'] as const)),
  ];
}

/** Rules that so few providers cannot keep to, whatever is bought. */
function impossibleSpread({ spread }: PlanProblem, providers: number): readonly ConstraintName[] {
  const { providersMin, providerShareMax } = spread;
  const isTooNarrow = providerShareMax !== null && providerShareMax * providers < 10_000;
  return [
    ...(providers < providersMin ? (['providersMin'] as const) : []),
    ...(isTooNarrow ? (['providerShareMax'] as const) : []),
  ];
}

function spreadInfeasible(providers: number, inTheWay: readonly ConstraintName[]): Solved {
  return { kind: 'infeasible', infeasible: { kind: 'spread', providers, inTheWay } };
}
