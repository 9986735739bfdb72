import { assert } from '../../kernel/assert.js';
import { segmentsOf, valueAt, type StepFunction } from '../../kernel/step-function.js';
import { ceilToGrid, floorToGrid, type Duration, type Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { PlanProblem } from './plan.problem.js';

/** A stretch in which neither demand nor any offer changes. */
export interface Cell {
  readonly window: Window;
  readonly demand: bigint;
}

/** What is bought at once on some grid: one or more whole cells `[first, last)`. */
export interface Block {
  readonly index: number;
  readonly first: number;
  readonly last: number;
  readonly window: Window;
  /** The highest demand in it: more is never of use. */
  readonly peak: bigint;
}

export interface TimeCuts {
  readonly cells: readonly Cell[];
  /** For each grid in use, its blocks in time order, without gaps. */
  readonly blocks: ReadonlyMap<Duration, readonly Block[]>;
}

/**
 * Cuts time wherever demand, an offer or a cap changes, and at the grid lines around each such
 * instant. Grids divide each other, so the lines around a line are lines already: the cuts of a
 * coarse grid are cuts of every finer one, and between two of them nothing changes or there is
 * only one cell of that grid.
 */
export function cutTime({ demand, asks, rooms }: PlanProblem): TimeCuts {
  const grids = [...new Set(asks.map(({ grid }) => grid))].sort((a, b) => a - b);
  assertNested(grids);
  const coarsest = grids.at(-1) ?? (1 as Duration);
  const demanded = segmentsOf(demand);
  const start = floorToGrid(demanded[0]?.window.start ?? (0 as Instant), coarsest);
  const end = ceilToGrid(demanded.at(-1)?.window.end ?? (0 as Instant), coarsest);
  const points = new Set<Instant>([start, end]);
  const add = (fn: StepFunction): void => {
    for (const at of fn.starts) {
      if (at <= start || at >= end) continue;
      points.add(at);
      for (const grid of grids) points.add(floorToGrid(at, grid)).add(ceilToGrid(at, grid));
    }
  };
  add(demand);
  asks.forEach(({ remaining }) => add(remaining));
  rooms.forEach(add);
  const lines = [...points].sort((a, b) => a - b);
  const cells = windowsBetween(lines).map((window) => ({
    window,
    demand: valueAt(demand, window.start),
  }));
  return { cells, blocks: new Map(grids.map((grid) => [grid, blocksOn(grid, cells)])) };
}

function assertNested(grids: readonly Duration[]): void {
  grids.forEach((grid, index) => {
    const finer = grids[index - 1] ?? grid;
    assert(grid % finer === 0, 'each grid is a multiple of the finer ones');
  });
}

function windowsBetween(lines: readonly Instant[]): readonly Window[] {
  return lines.slice(1).map((end, index) => ({ start: lines[index] as Instant, end }));
}

function blocksOn(grid: Duration, cells: readonly Cell[]): readonly Block[] {
  const blocks: Block[] = [];
  let first = 0;
  let peak = 0n;
  cells.forEach(({ window, demand }, index) => {
    if (demand > peak) peak = demand;
    if (window.end % grid !== 0) return;
    const start = (cells[first] as Cell).window.start;
    const whole = { start, end: window.end };
    blocks.push({ index: blocks.length, first, last: index + 1, window: whole, peak });
    first = index + 1;
    peak = 0n;
  });
  return blocks;
}
