import { present } from '../../kernel/assert.js';
import { minimumOver, segmentsOf } from '../../kernel/step-function.js';
import type { Window } from '../../kernel/window.js';
import type { Block, TimeCuts } from './plan.cells.js';
import { wholeLots } from './lot-size.rules.js';
import type { Ask, PlanProblem } from './plan.problem.js';

/** How much of one ask is bought throughout one block of its grid. */
export interface Variable {
  readonly ask: Ask;
  readonly block: Block;
  readonly upper: bigint;
  /** What the pool's rules leave in this block, in whole lots; null where there are none. */
  readonly room: bigint | null;
}

/** Cheapest first; of equals the one with more to offer, which makes for fewer pieces. */
export function byPrice(a: Ask, b: Ask): number {
  if (a.unitPrice !== b.unitPrice) return a.unitPrice < b.unitPrice ? -1 : 1;
  const [offerA, offerB] = [sizeOf(a), sizeOf(b)];
  if (offerA !== offerB) return offerA > offerB ? -1 : 1;
  return a.listingId < b.listingId ? -1 : 1;
}

function sizeOf({ remaining }: Ask): bigint {
  return segmentsOf(remaining).reduce(
    (sum, { window, value }) => sum + value * BigInt(window.end - window.start),
    0n,
  );
}

/**
 * All that could be bought and might be worth it. Within one block of one grid, asks beyond those
 * whose quantities, cheapest first, reach what can be of use are left out: anything bought of them
 * could be bought of a cheaper one in the same lots. `limitOf` says what can be of use; where rules speak of
 * providers, each provider's asks are counted by themselves.
 */
export function variablesOf(
  problem: PlanProblem,
  { blocks }: TimeCuts,
  options: { readonly isByProvider: boolean; readonly limitOf: (block: Block) => bigint },
): readonly Variable[] {
  const variables: Variable[] = [];
  const tally = new Tally(options.isByProvider);
  for (const ask of [...problem.asks].sort(byPrice)) {
    const onGrid = present(blocks.get(ask.grid), 'blocks of a grid');
    for (const block of blocksWithin(ask, onGrid)) {
      const variable = variableOf(problem, ask, block);
      if (tally.admits(variable, options.limitOf(block))) variables.push(variable);
    }
  }
  return variables;
}

function variableOf({ rooms }: PlanProblem, ask: Ask, block: Block): Variable {
  const room = roomIn(rooms, ask, block.window);
  const { lotSize } = ask;
  const offered = wholeLots(minimumOver(ask.remaining, block.window), lotSize);
  const useful = wholeLots(block.peak + lotSize - 1n, lotSize);
  return { ask, block, room, upper: least(offered, useful, room ?? useful) };
}

/** What has been counted in each block: by grid, by lot size, by provider if asked to, and by pool with a cap. */
class Tally {
  private readonly counted = new Map<string, bigint>();

  constructor(private readonly isByProvider: boolean) {}

  /** Counts the variable in, if there is still use for it. */
  admits({ ask, block, upper, room }: Variable, limit: bigint): boolean {
    const provider = this.isByProvider ? ask.providerId : '';
    const group = `${ask.grid} ${ask.lotSize} ${block.index} ${provider}`;
    const pool = `pool ${block.index} ${ask.poolId}`;
    const inGroup = this.counted.get(group) ?? 0n;
    const inPool = this.counted.get(pool) ?? 0n;
    const added = room === null ? upper : least(upper, room - inPool);
    if (added <= 0n || inGroup >= limit) return false;
    this.counted.set(group, inGroup + added);
    if (room !== null) this.counted.set(pool, inPool + added);
    return true;
  }
}

/** The blocks that lie wholly in what the ask offers. */
export function blocksWithin({ remaining }: Ask, blocks: readonly Block[]): readonly Block[] {
  const first = remaining.starts[0];
  const last = remaining.starts.at(-1);
  if (first === undefined || last === undefined) return [];
  const found: Block[] = [];
  for (let index = indexFrom(blocks, first); index < blocks.length; index += 1) {
    const block = blocks[index] as Block;
    if (block.window.end > last) break;
    if (block.peak > 0n) found.push(block);
  }
  return found;
}

function indexFrom(blocks: readonly Block[], instant: number): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((blocks[middle] as Block).window.start < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

function roomIn(rooms: PlanProblem['rooms'], { poolId, lotSize }: Ask, window: Window): bigint | null {
  const room = rooms.get(poolId);
  return room === undefined ? null : wholeLots(minimumOver(room, window), lotSize);
}

const least = (...values: readonly bigint[]): bigint =>
  values.reduce((low, value) => (value < low ? value : low));
