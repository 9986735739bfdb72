import type { Quantity } from '../../kernel/quantity.js';
import { minimumOver, type StepFunction } from '../../kernel/step-function.js';
import type { Window } from '../../kernel/window.js';
import { cutTime, type TimeCuts } from './plan.cells.js';
import {
  OFFER_CONSTRAINTS,
  problemOf,
  type Offers,
  type PlanConstraints,
} from './plan.offers.js';
import type { Ask, Infeasible, PlanProblem } from './plan.problem.js';
import { wholeLots } from './lot-size.rules.js';
import { blocksWithin } from './plan.variables.js';

/** The first cell that all offers together do not cover. */
export interface Shortage {
  readonly window: Window;
  readonly demanded: bigint;
  readonly available: bigint;
}

/**
 * Where supply ends: all asks bought in full, as far as their blocks and the caps of pools let them
 * be. What covers every cell so can be covered exactly too.
 */
export function shortageOf(problem: PlanProblem, cuts: TimeCuts): Shortage | null {
  const supply = supplyOf(problem, cuts);
  const index = cuts.cells.findIndex(({ demand }, cell) => (supply[cell] as bigint) < demand);
  const cell = cuts.cells[index];
  if (cell === undefined) return null;
  return { window: cell.window, demanded: cell.demand, available: supply[index] as bigint };
}

function supplyOf({ asks, rooms }: PlanProblem, { cells, blocks }: TimeCuts): readonly bigint[] {
  const supply = cells.map(() => 0n);
  const left = new Map<string, bigint>();
  for (const ask of asks) {
    for (const { first, last, window } of blocksWithin(ask, blocks.get(ask.grid) ?? [])) {
      const room = rooms.get(ask.poolId);
      const offered = wholeLots(minimumOver(ask.remaining, window), ask.lotSize);
      const taken = room === undefined ? offered : takeRoom(left, { ask, window, room, offered });
      for (let cell = first; cell < last; cell += 1) supply[cell] = (supply[cell] as bigint) + taken;
    }
  }
  return supply;
}

function takeRoom(
  left: Map<string, bigint>,
  given: { ask: Ask; window: Window; room: StepFunction; offered: bigint },
): bigint {
  const { ask, window, room, offered } = given;
  const key = `${window.start} ${ask.poolId}`;
  const free = left.get(key) ?? wholeLots(minimumOver(room, window), ask.lotSize);
  const taken = free < offered ? free : offered;
  left.set(key, free - taken);
  return taken;
}

/** The shortage as an answer: with each constraint that alone keeps the cell from being covered. */
export function explainShortage(
  demand: StepFunction,
  offers: Offers,
  constraints: PlanConstraints,
  { window, demanded, available }: Shortage,
): Infeasible {
  const isCovered = (without: readonly (typeof OFFER_CONSTRAINTS)[number][]): boolean => {
    const problem = problemOf(demand, offers, constraints, without);
    const cuts = cutTime(problem);
    const supply = supplyOf(problem, cuts);
    // More offers may cut time finer: every cell within the window counts.
    return cuts.cells.every(
      (cell, index) =>
        cell.window.end <= window.start ||
        window.end <= cell.window.start ||
        (supply[index] as bigint) >= cell.demand,
    );
  };
  const inTheWay = OFFER_CONSTRAINTS.filter((name) => isCovered([name]));
  const figures = { demanded: demanded as Quantity, available: available as Quantity };
  return { kind: 'capacity', window, ...figures, inTheWay };
}

/** How many providers have anything that could be bought. */
export function providersIn({ asks }: PlanProblem, { blocks }: TimeCuts): number {
  const usable = asks.filter((ask) => blocksWithin(ask, blocks.get(ask.grid) ?? []).length > 0);
  return new Set(usable.map(({ providerId }) => providerId)).size;
}
