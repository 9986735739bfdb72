import type { PoolId } from '../../kernel/ids.js';
import type { UnitPrice } from '../../kernel/money.js';
import { minimumOver, segmentsOf, type StepFunction } from '../../kernel/step-function.js';
import { ceilToGrid, floorToGrid, plus, type Duration, type Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { OpenAsk } from './book.sides.js';

/** One step of a calendar. */
export interface AvailableStep {
  readonly window: Window;
  /** Tokens/s on offer throughout it; zero when there are none. */
  readonly quantity: bigint;
  /** The least that is asked for any of them; null when there are none. */
  readonly bestPrice: UnitPrice | null;
}

/** Steps of one length, counted from the epoch; `from` is where the first one starts. */
export interface Calendar {
  readonly from: Instant;
  readonly step: Duration;
  readonly count: number;
}

/**
 * What is on offer throughout each step. An ask costs as much as it has stretches, and the steps are
 * gone through once, however many asks there are.
 *
 * @param earliestOf first instant that can still be bought of a pool
 */
export function availabilityOf(
  asks: Iterable<OpenAsk>,
  calendar: Calendar,
  earliestOf: (poolId: PoolId) => Instant,
): readonly AvailableStep[] {
  const { from, step, count } = calendar;
  const changes = Array.from({ length: count + 1 }, () => 0n);
  const best = new CheapestBySteps(count);
  const byPrice = [...asks].sort((a, b) => (a.unitPrice < b.unitPrice ? -1 : 1));
  for (const { poolId, remaining, unitPrice } of byPrice) {
    for (const { first, end, quantity } of runsOf(remaining, calendar, earliestOf(poolId))) {
      changes[first] = (changes[first] ?? 0n) + quantity;
      changes[end] = (changes[end] ?? 0n) - quantity;
      best.offer(first, end, unitPrice);
    }
  }
  let quantity = 0n;
  return Array.from({ length: count }, (_, index) => {
    quantity += changes[index] ?? 0n;
    const start = plus(from, index * step);
    return { window: { start, end: plus(start, step) }, quantity, bestPrice: best.at(index) };
  });
}

/** Steps `first` up to, not including, `end`, throughout which there is this much. */
interface Run {
  readonly first: number;
  readonly end: number;
  readonly quantity: bigint;
}

function runsOf(fn: StepFunction, calendar: Calendar, earliest: Instant): readonly Run[] {
  const { from, step, count } = calendar;
  const firstBuyable = (ceilToGrid(earliest, step) - from) / step;
  const clamp = (index: number): number => Math.min(Math.max(index, firstBuyable, 0), count);
  const whole = segmentsOf(fn).map(({ window, value }) => ({
    first: clamp((ceilToGrid(window.start, step) - from) / step),
    end: clamp((floorToGrid(window.end, step) - from) / step),
    quantity: value,
  }));
  return [...whole, ...brokenRunsOf(fn, calendar, clamp)].filter(({ first, end }) => first < end);
}

/** Steps within which the quantity changes: the least of it is there throughout. */
function brokenRunsOf(
  fn: StepFunction,
  { from, step }: Calendar,
  clamp: (index: number) => number,
): readonly Run[] {
  const broken = fn.starts.filter((start) => start % step !== 0);
  const starts = new Set(broken.map((start) => floorToGrid(start, step)));
  return [...starts].flatMap((start) => {
    const quantity = minimumOver(fn, { start, end: plus(start, step) });
    const index = (start - from) / step;
    const run = { first: clamp(index), end: clamp(index + 1), quantity };
    return quantity > 0n ? [run] : [];
  });
}

/** Remembers the first price that is offered for a step; prices must come cheapest first. */
class CheapestBySteps {
  private readonly prices: (UnitPrice | null)[];
  /** Where to look for the next step without a price: union-find, shortened on the way. */
  private readonly next: number[];

  constructor(count: number) {
    this.prices = Array.from({ length: count }, () => null);
    this.next = Array.from({ length: count + 1 }, (_, index) => index);
  }

  offer(first: number, end: number, price: UnitPrice): void {
    for (let index = this.find(first); index < end; index = this.find(index)) {
      this.prices[index] = price;
      this.next[index] = index + 1;
    }
  }

  at(index: number): UnitPrice | null {
    return this.prices[index] ?? null;
  }

  private find(index: number): number {
    let root = index;
    while (this.next[root] !== root) root = this.next[root] as number;
    let at = index;
    while (at !== root) {
      const after = this.next[at] as number;
      this.next[at] = root;
      at = after;
    }
    return root;
  }
}
