import { minimumOver } from '../../kernel/step-function.js';
import type { Cell, TimeCuts } from './plan.cells.js';
import { wholeLots } from './lot-size.rules.js';
import { planOf, purchasesOf } from './plan.fills.js';
import type { Ask, Plan, PlanProblem } from './plan.problem.js';
import { blocksWithin, byPrice, type Variable } from './plan.variables.js';

/** How much is bought by each variable, in their order. */
export type Quantities = readonly bigint[];

/** What the solver answered in lots, in whole tokens/s. */
export function wholeOf(variables: readonly Variable[], values: Float64Array): Quantities {
  return variables.map(({ ask }, index) => BigInt(Math.round(values[index] ?? 0)) * ask.lotSize);
}

/** Takes back what is above the demand wherever nothing forces it: dearest first. */
export function trim(
  { cells }: TimeCuts,
  variables: readonly Variable[],
  quantities: Quantities,
): Quantities {
  const surplus = cells.map(({ demand }) => -demand);
  const each = (cellsOf: Variable, change: (cell: number) => void): void => {
    for (let cell = cellsOf.block.first; cell < cellsOf.block.last; cell += 1) change(cell);
  };
  const shift = (index: number, by: bigint): void =>
    each(variables[index] as Variable, (cell) => {
      surplus[cell] = (surplus[cell] as bigint) + by;
    });
  quantities.forEach((quantity, index) => shift(index, quantity));
  const trimmed = [...quantities];
  for (let index = variables.length - 1; index >= 0; index -= 1) {
    const variable = variables[index] as Variable;
    let above = trimmed[index] as bigint;
    each(variable, (cell) => {
      if ((surplus[cell] as bigint) < above) above = surplus[cell] as bigint;
    });
    const spare = wholeLots(above, variable.ask.lotSize);
    if (spare <= 0n) continue;
    trimmed[index] = (trimmed[index] as bigint) - spare;
    shift(index, -spare);
  }
  return trimmed;
}

export function planFrom(
  variables: readonly Variable[],
  quantities: Quantities,
  isOptimal: boolean,
): Plan {
  const parts = variables.flatMap(({ ask, block }, index) => {
    const value = quantities[index] as bigint;
    return value === 0n ? [] : [[ask, { window: block.window, value }] as const];
  });
  return planOf(purchasesOf(parts), isOptimal);
}

/** Asks that stand for each other: any of them may be bought instead of any other. */
function kindOf(ask: Ask, problem: PlanProblem): string {
  const { unitPrice, grid, lotSize, providerId, poolId } = ask;
  const { providersMin, providerShareMax } = problem.spread;
  const isSpread = providersMin > 1 || providerShareMax !== null;
  const pool = problem.rooms.has(poolId) ? poolId : '';
  return [unitPrice, grid, lotSize, isSpread ? providerId : '', pool].join(' ');
}

/**
 * The same purchase in fewer pieces where asks have one price: what was bought of them together in a
 * block is bought again of those that were bought of just before, then of the one with most to offer.
 * Costs and coverage are what they were; the answer is kept only when it has fewer fills.
 */
export function gather(
  problem: PlanProblem,
  cuts: TimeCuts,
  { variables, plan }: { readonly variables: readonly Variable[]; readonly plan: Plan },
  quantities: Quantities,
): Plan {
  const kinds = new Map<string, { readonly asks: Set<Ask>; readonly needs: Map<number, bigint> }>();
  variables.forEach(({ ask, block }, index) => {
    const key = kindOf(ask, problem);
    const kind = kinds.get(key) ?? { asks: new Set(), needs: new Map() };
    kinds.set(key, kind);
    kind.asks.add(ask);
    const quantity = quantities[index] as bigint;
    if (quantity > 0n) kind.needs.set(block.index, (kind.needs.get(block.index) ?? 0n) + quantity);
  });
  const parts = [...kinds.values()].flatMap(({ asks, needs }) => refill([...asks], needs, cuts));
  const gathered = planOf(purchasesOf(parts), plan.isOptimal);
  const isBetter = gathered.fills.length < plan.fills.length && gathered.amount <= plan.amount;
  return isBetter ? gathered : plan;
}

type Part = readonly [ask: Ask, part: { readonly window: Cell['window']; readonly value: bigint }];

function refill(
  asks: readonly Ask[],
  needs: ReadonlyMap<number, bigint>,
  { blocks }: TimeCuts,
): readonly Part[] {
  const [first] = asks;
  if (first === undefined) return [];
  const onGrid = blocks.get(first.grid) ?? [];
  const inOrder = [...asks].sort(byPrice);
  const offers = new Map(
    inOrder.map((ask) => [ask, new Set(blocksWithin(ask, onGrid).map(({ index }) => index))]),
  );
  const parts: Part[] = [];
  let before = new Map<Ask, bigint>();
  for (const { index, window } of onGrid) {
    let need = needs.get(index) ?? 0n;
    const now = new Map<Ask, bigint>();
    const take = (ask: Ask, most: bigint): void => {
      if (need === 0n || offers.get(ask)?.has(index) !== true) return;
      const offered = wholeLots(minimumOver(ask.remaining, window), ask.lotSize);
      const free = offered - (now.get(ask) ?? 0n);
      const taken = [free, need, most].reduce((low, value) => (value < low ? value : low));
      if (taken <= 0n) return;
      now.set(ask, (now.get(ask) ?? 0n) + taken);
      need -= taken;
    };
    [...before].sort(([, a], [, b]) => Number(b - a)).forEach(([ask, most]) => take(ask, most));
    [...before.keys(), ...inOrder].forEach((ask) => take(ask, need));
    parts.push(...[...now].map(([ask, value]) => [ask, { window, value }] as const));
    before = now;
  }
  return parts;
}
