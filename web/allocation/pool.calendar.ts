import { add, fromSegments, integralOver, lower, positivePart, restrict, segmentsOf, subtract, ZERO, type StepFunction } from '../../src/kernel/step-function.js';
import { DAY_MS, type Instant } from '../../src/kernel/time.js';
import type { Segment } from '../ui/segment.js';

// What of a pool is sold, offered and free: from titles and open listings.

export interface PoolShares {
  readonly nameplate: StepFunction;
  readonly sold: StepFunction;
  readonly offered: StepFunction;
  readonly free: StepFunction;
}

interface Title {
  readonly isProvider: boolean;
  readonly quantity: readonly Segment[];
}

export function stepsOf(segments: readonly Segment[]): StepFunction {
  return fromSegments(
    segments.map(({ quantity, window }) => ({
      window: { start: Date.parse(window.start) as Instant, end: Date.parse(window.end) as Instant },
      value: BigInt(quantity),
    })),
  );
}

/** Titles sum up to the nameplate; what is offered is part of the provider's own. */
export function sharesOf(titles: readonly Title[], offers: readonly (readonly Segment[])[]): PoolShares {
  const sum = (parts: readonly (readonly Segment[])[]): StepFunction => parts.map(stepsOf).reduce(add, ZERO);
  const own = sum(titles.filter(({ isProvider }) => isProvider).map(({ quantity }) => quantity));
  const sold = sum(titles.filter(({ isProvider }) => !isProvider).map(({ quantity }) => quantity));
  const offered = lower(sum(offers), own);
  return { nameplate: add(own, sold), sold, offered, free: positivePart(subtract(own, offered)) };
}

/** One stretch of a day in which nothing changes. */
export interface DayPart {
  /** Of the day, from 0 to 1. */
  readonly from: number;
  readonly until: number;
  readonly sold: bigint;
  readonly offered: bigint;
  readonly free: bigint;
}

export interface PoolDay {
  readonly start: number;
  readonly parts: readonly DayPart[];
  /** Shares of the day's nameplate, in hundredths of a per cent; null: there is none. */
  readonly shares: { readonly sold: number; readonly offered: number; readonly free: number } | null;
}

export function dayOf({ nameplate, sold, offered, free }: PoolShares, start: number): PoolDay {
  const window = { start: start as Instant, end: (start + DAY_MS) as Instant };
  const lines = [nameplate, sold, offered, free].map((fn) => restrict(fn, window));
  const cuts = [...new Set([window.start, ...lines.flatMap(({ starts }) => starts)])].filter((at) => at < window.end).sort((a, b) => a - b);
  const parts = cuts.map((from, index): DayPart => {
    const until = cuts[index + 1] ?? window.end;
    const of = (fn: StepFunction): bigint => integralOver(fn, { start: from, end: until }) / BigInt(until - from);
    return { from: (from - start) / DAY_MS, until: (until - start) / DAY_MS, sold: of(sold), offered: of(offered), free: of(free) };
  });
  const whole = integralOver(nameplate, window);
  const share = (fn: StepFunction): number => Number((integralOver(fn, window) * 10_000n) / whole);
  return { start, parts, shares: whole === 0n ? null : { sold: share(sold), offered: share(offered), free: share(free) } };
}

/** The most there is of the pool at any time. */
export function topOf({ nameplate }: PoolShares): bigint {
  return segmentsOf(nameplate).reduce((most, { value }) => (value > most ? value : most), 0n);
}

/** Where the provider could list something. */
export function freeStretches({ free }: PoolShares): readonly Segment[] {
  return segmentsOf(free).map(({ window, value }) => ({
    quantity: value.toString(),
    window: { start: new Date(window.start).toISOString(), end: new Date(window.end).toISOString() },
  }));
}
