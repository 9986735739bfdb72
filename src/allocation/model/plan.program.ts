import { assert, present } from '../../kernel/assert.js';
import type { OrganizationId, PoolId } from '../../kernel/ids.js';
import { BASIS_POINTS_WHOLE } from '../../kernel/money.js';
import { durationOf } from '../../kernel/window.js';
import type { Block, TimeCuts } from './plan.cells.js';
import { wholeLots } from './lot-size.rules.js';
import { LinearProgramBuilder, type LinearProgram } from './linear-program.js';
import type { PlanProblem } from './plan.problem.js';
import type { Variable } from './plan.variables.js';

/** Durations of blocks in the largest unit that counts them all in whole numbers. */
export function unitOf(variables: readonly Variable[]): number {
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
  return variables.reduce((unit, { block }) => gcd(unit, durationOf(block.window)), 0);
}

/** The largest quantity that all lots are whole multiples of: what is bought is counted in it. */
function measureOf(variables: readonly Variable[]): bigint {
  const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
  return variables.reduce((measure, { ask }) => gcd(ask.lotSize, measure), 0n) || 1n;
}

/**
 * The cheapest cover as a linear program: one column for each variable, its number of lots, at their
 * price x hours; one row for each cell, whose coverage is at least the demand; one row for each pool
 * with rules over its buyers and block. Columns are runs of consecutive cells and the pools' rows part
 * them into groups of equal runs, so where all lots are alike every corner of it is whole: no
 * integrality need be asked for. Where they are not it is, of larger lots than the smallest.
 */
export function coverProgram(
  problem: PlanProblem,
  cuts: TimeCuts,
  variables: readonly Variable[],
): LinearProgram {
  const builder = new LinearProgramBuilder();
  addCover(builder, problem, { cuts, variables, ceilings: ceilingsOf(cuts.cells.length, variables) });
  return builder.build();
}

/**
 * The same with rules over providers. Those break the structure, so quantities are whole by decree.
 * For each provider p: `total(p) <= share x total`, and `taken(p)` is 0 or 1 and at most what is
 * bought of p.
 */
export function spreadProgram(
  problem: PlanProblem,
  cuts: TimeCuts,
  variables: readonly Variable[],
): LinearProgram {
  const builder = new LinearProgramBuilder();
  const ceilings = partedCeilingsOf(cuts.cells.length, variables);
  const columns = addCover(builder, problem, { cuts, variables, ceilings });
  columns.forEach((column) => builder.makeWhole(column));
  const unit = unitOf(variables);
  const measure = measureOf(variables);
  const byProvider = new Map<OrganizationId, (readonly [column: number, hours: number])[]>();
  variables.forEach(({ ask, block }, index) => {
    const own = byProvider.get(ask.providerId) ?? [];
    const size = exact(ask.lotSize / measure);
    own.push([columns[index] as number, (durationOf(block.window) / unit) * size]);
    byProvider.set(ask.providerId, own);
  });
  const parts = [...byProvider.values()];
  const { providersMin, providerShareMax } = problem.spread;
  if (providerShareMax !== null) addShares(builder, parts, providerShareMax);
  if (providersMin > 1) addTaken(builder, parts, providersMin);
  return builder.build();
}

type Parts = readonly (readonly (readonly [column: number, hours: number])[])[];

function addShares(builder: LinearProgramBuilder, parts: Parts, shareMax: number): void {
  const total = builder.addColumn({ cost: 0, upper: Infinity });
  const sum = builder.addRow(0, 0);
  builder.set(sum, total, -1);
  for (const part of parts) {
    const own = builder.addColumn({ cost: 0, upper: Infinity });
    const adds = builder.addRow(0, 0);
    part.forEach(([column, hours]) => builder.set(adds, column, hours));
    builder.set(adds, own, -1);
    builder.set(sum, own, 1);
    const capped = builder.addRow(-Infinity, 0);
    builder.set(capped, own, Number(BASIS_POINTS_WHOLE));
    builder.set(capped, total, -shareMax);
  }
}

function addTaken(builder: LinearProgramBuilder, parts: Parts, providersMin: number): void {
  const enough = builder.addRow(providersMin, Infinity);
  for (const part of parts) {
    const taken = builder.addColumn({ cost: 0, upper: 1 });
    builder.makeWhole(taken);
    builder.set(enough, taken, 1);
    const bought = builder.addRow(0, Infinity);
    part.forEach(([column]) => builder.set(bought, column, 1));
    builder.set(bought, taken, -1);
  }
}

interface Cover {
  readonly cuts: TimeCuts;
  readonly variables: readonly Variable[];
  /** The most that is bought in each cell. */
  readonly ceilings: readonly bigint[];
}

/** Columns of the variables, in their order. */
function addCover(
  builder: LinearProgramBuilder,
  { rooms }: PlanProblem,
  { cuts: { cells }, variables, ceilings }: Cover,
): readonly number[] {
  const unit = BigInt(unitOf(variables));
  const measure = measureOf(variables);
  const sizes = variables.map(({ ask }) => ask.lotSize / measure);
  const columns = variables.map(({ ask, block, upper }, index) => {
    const size = sizes[index] as bigint;
    const column = builder.addColumn({
      cost: exact((size * ask.unitPrice * BigInt(durationOf(block.window))) / unit),
      upper: exact(wholeLots(upper, ask.lotSize) / ask.lotSize),
    });
    if (size > 1n) builder.makeWhole(column);
    return column;
  });
  const rows = cells.map(({ demand }, index) => {
    const ceiling = ceilings[index] as bigint;
    if (ceiling === 0n) return null;
    return builder.addRow(exact((demand + measure - 1n) / measure), exact(ceiling / measure));
  });
  variables.forEach(({ block }, index) => {
    for (let cell = block.first; cell < block.last; cell += 1) {
      const size = exact(sizes[index] as bigint);
      builder.set(present(rows[cell], 'row of a cell'), columns[index] as number, size);
    }
  });
  const capped = new Map<string, number>();
  variables.forEach(({ ask, block, room }, index) => {
    if (!rooms.has(ask.poolId) || room === null) return;
    // All of a pool are in its lots: their number has room for so many.
    const lots = room / ask.lotSize;
    const row = rowOfPool(builder, capped, { poolId: ask.poolId, block, room: lots });
    builder.set(row, columns[index] as number, 1);
  });
  return columns;
}

function rowOfPool(
  builder: LinearProgramBuilder,
  capped: Map<string, number>,
  { poolId, block, room }: { poolId: PoolId; block: Block; room: bigint },
): number {
  const key = `${block.index} ${poolId}`;
  const row = capped.get(key) ?? builder.addRow(-Infinity, exact(room));
  capped.set(key, row);
  return row;
}

/** More than demanded is bought only where a block that is needed elsewhere, or a lot, forces it. */
function ceilingsOf(count: number, variables: readonly Variable[]): readonly bigint[] {
  const ceilings = new Array<bigint>(count).fill(0n);
  for (const { ask, block } of variables) {
    const ceiling = block.peak + ask.lotSize - 1n;
    for (let cell = block.first; cell < block.last; cell += 1) {
      if (ceiling > (ceilings[cell] as bigint)) ceilings[cell] = ceiling;
    }
  }
  return ceilings;
}

/** Where it is parted among providers, each one's part may be rounded up to its lots. */
function partedCeilingsOf(count: number, variables: readonly Variable[]): readonly bigint[] {
  const peaks = new Array<bigint>(count).fill(0n);
  const lots = Array.from({ length: count }, () => new Map<OrganizationId, bigint>());
  for (const { ask: { providerId, lotSize }, block } of variables) {
    for (let cell = block.first; cell < block.last; cell += 1) {
      if (block.peak > (peaks[cell] as bigint)) peaks[cell] = block.peak;
      const own = lots[cell] as Map<OrganizationId, bigint>;
      if (lotSize > (own.get(providerId) ?? 0n)) own.set(providerId, lotSize);
    }
  }
  return peaks.map((peak, cell) => {
    const parts = [...(lots[cell] as Map<OrganizationId, bigint>).values()];
    return parts.length === 0 ? 0n : parts.reduce((sum, lot) => sum + lot, peak) - 1n;
  });
}

function exact(value: bigint): number {
  assert(value <= BigInt(Number.MAX_SAFE_INTEGER), 'a number of the program is exact');
  return Number(value);
}
