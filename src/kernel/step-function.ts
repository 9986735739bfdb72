import { assert } from './assert.js';
import type { Instant } from './time.js';
import type { Window } from './window.js';

/**
 * A whole-number quantity over time, constant between breakpoints and zero outside them.
 *
 * `values[i]` holds on `[starts[i], starts[i + 1])`; the last value is always zero. The form is
 * canonical (no two neighbours are equal, no leading zero), so equal functions have equal arrays.
 * Values are immutable: every operation returns a new function.
 */
export interface StepFunction {
  readonly starts: readonly Instant[];
  readonly values: readonly bigint[];
}

/** One constant, non-zero stretch of a step function. */
export interface Segment {
  readonly window: Window;
  readonly value: bigint;
}

export const ZERO: StepFunction = { starts: [], values: [] };

export function rectangle(window: Window, value: bigint): StepFunction {
  return value === 0n ? ZERO : { starts: [window.start, window.end], values: [value, 0n] };
}

/** Index of the step that holds at the instant, or -1 before the first. */
function indexAt(starts: readonly Instant[], instant: Instant): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) <= instant) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export function valueAt(fn: StepFunction, instant: Instant): bigint {
  return fn.values[indexAt(fn.starts, instant)] ?? 0n;
}

const startOf = (fn: StepFunction, index: number): number => fn.starts[index] ?? Infinity;
const valueOf = (fn: StepFunction, index: number): bigint => fn.values[index] ?? 0n;

/** Adds `delta` (which may be negative) over the window. */
export function addOver(fn: StepFunction, window: Window, delta: bigint): StepFunction {
  if (delta === 0n) return fn;
  return addBetweenSteps(fn, window, delta) ?? addAnywhere(fn, window, delta);
}

/**
 * The same where the window begins and ends with a step and both stay: then no other step comes or
 * goes, and the function shares its breakpoints with the one before. Null where it is not so.
 */
function addBetweenSteps(
  { starts, values }: StepFunction,
  { start, end }: Window,
  delta: bigint,
): StepFunction | null {
  const first = indexAt(starts, start);
  if (starts[first] !== start) return null;
  const changed = values.slice();
  let index = first;
  for (; (starts[index] ?? Infinity) < end; index += 1) {
    changed[index] = (values[index] as bigint) + delta;
  }
  if (starts[index] !== end) return null;
  const isFirstKept = changed[first] !== (values[first - 1] ?? 0n);
  return isFirstKept && changed[index - 1] !== values[index] ? { starts, values: changed } : null;
}

/** What lies before and behind is copied whole. */
function addAnywhere(fn: StepFunction, { start, end }: Window, delta: bigint): StepFunction {
  const first = indexAt(fn.starts, start);
  const before = startOf(fn, first) === start ? first : first + 1;
  const starts: Instant[] = [];
  const values: bigint[] = [];
  let last = valueOf(fn, before - 1);
  const push = (at: number, value: bigint): void => {
    if (value === last) return;
    starts.push(at as Instant);
    values.push(value);
    last = value;
  };
  push(start, valueOf(fn, first) + delta);
  let index = first + 1;
  for (; startOf(fn, index) < end; index += 1) {
    push(startOf(fn, index), valueOf(fn, index) + delta);
  }
  if (startOf(fn, index) === end) index += 1;
  push(end, valueOf(fn, index - 1));
  // From here on neighbours differ as they did.
  return {
    starts: fn.starts.toSpliced(before, index - before, ...starts),
    values: fn.values.toSpliced(before, index - before, ...values),
  };
}

/** The non-zero stretches, in time order. */
export function segmentsOf(fn: StepFunction): Segment[] {
  const segments: Segment[] = [];
  for (let index = 0; index + 1 < fn.starts.length; index += 1) {
    const value = fn.values[index] as bigint;
    if (value === 0n) continue;
    const window = { start: fn.starts[index] as Instant, end: fn.starts[index + 1] as Instant };
    segments.push({ window, value });
  }
  return segments;
}

/** The longest stretches throughout which the function is above zero, in time order. */
export function stretchesAbove({ starts, values }: StepFunction): Window[] {
  const stretches: Window[] = [];
  for (let index = 0; index < starts.length; index += 1) {
    if ((values[index] as bigint) <= 0n) continue;
    const start = starts[index] as Instant;
    while ((values[index] as bigint) > 0n) index += 1;
    stretches.push({ start, end: starts[index] as Instant });
  }
  return stretches;
}

export function fromSegments(segments: readonly Segment[]): StepFunction {
  return (
    fromOrdered(segments) ??
    segments.reduce((fn, { window, value }) => addOver(fn, window, value), ZERO)
  );
}

/** Step by step, of stretches in time order as {@link segmentsOf} gives them; null of others. */
function fromOrdered(segments: readonly Segment[]): StepFunction | null {
  const starts: Instant[] = [];
  const values: bigint[] = [];
  let end = -Infinity;
  for (const { window, value } of segments) {
    if (window.start < end || value === 0n) return null;
    // A gap, or neighbours that differ: where they meet, the later one says what holds.
    if (window.start > end && values.length > 0) {
      starts.push(end as Instant);
      values.push(0n);
    }
    if (values.at(-1) !== value) {
      starts.push(window.start);
      values.push(value);
    }
    end = window.end;
  }
  if (values.length === 0) return ZERO;
  starts.push(end as Instant);
  values.push(0n);
  return { starts, values };
}

export function add(a: StepFunction, b: StepFunction): StepFunction {
  return segmentsOf(b).reduce((fn, { window, value }) => addOver(fn, window, value), a);
}

export function subtract(a: StepFunction, b: StepFunction): StepFunction {
  return segmentsOf(b).reduce((fn, { window, value }) => addOver(fn, window, -value), a);
}

/** What of the function is above zero. */
export function positivePart(fn: StepFunction): StepFunction {
  return fromSegments(segmentsOf(fn).filter(({ value }) => value > 0n));
}

/** The lower of two functions at every instant. */
export function lower(a: StepFunction, b: StepFunction): StepFunction {
  return subtract(a, positivePart(subtract(a, b)));
}

/** Lowest value anywhere in the window, zero stretches included. */
export function minimumOver({ starts, values }: StepFunction, { start, end }: Window): bigint {
  let index = indexAt(starts, start);
  let least = values[index] ?? 0n;
  for (index += 1; (starts[index] ?? Infinity) < end; index += 1) {
    const value = values[index] as bigint;
    if (value < least) least = value;
  }
  return least;
}

/** Lowest value of `a - b` anywhere in the window. */
export function minimumOfDifference(a: StepFunction, b: StepFunction, window: Window): bigint {
  let indexA = indexAt(a.starts, window.start);
  let indexB = indexAt(b.starts, window.start);
  for (let lowest: bigint | null = null; ; ) {
    const value = valueOf(a, indexA) - valueOf(b, indexB);
    if (lowest === null || value < lowest) lowest = value;
    const nextA = startOf(a, indexA + 1);
    const nextB = startOf(b, indexB + 1);
    if (nextA >= window.end && nextB >= window.end) return lowest;
    if (nextA <= nextB) indexA += 1;
    if (nextB <= nextA) indexB += 1;
  }
}

/** Highest value anywhere in the window, zero stretches included. */
export function maximumOver({ starts, values }: StepFunction, { start, end }: Window): bigint {
  let index = indexAt(starts, start);
  let most = values[index] ?? 0n;
  for (index += 1; (starts[index] ?? Infinity) < end; index += 1) {
    const value = values[index] as bigint;
    if (value > most) most = value;
  }
  return most;
}

/** The stretches of a window throughout which none of the functions changes. */
export function stretchesOf(
  { start, end }: Window,
  functions: readonly StepFunction[],
): readonly Window[] {
  const lines = functions.flatMap(({ starts }) => starts);
  const inside = lines.filter((line) => start < line && line < end);
  const starts = [...new Set([start, ...inside])].sort((a, b) => a - b);
  return starts.map((from, index) => ({ start: from, end: starts[index + 1] ?? end }));
}

/** The part of the function inside the window. */
export function restrict(fn: StepFunction, window: Window): StepFunction {
  const inside = segmentsOf(fn).flatMap(({ window: own, value }) => {
    const start = own.start > window.start ? own.start : window.start;
    const end = own.end < window.end ? own.end : window.end;
    return start < end ? [{ window: { start, end }, value }] : [];
  });
  return fromSegments(inside);
}

export function isNonNegative(fn: StepFunction): boolean {
  return fn.values.every((value) => value >= 0n);
}

export function isZero(fn: StepFunction): boolean {
  return fn.starts.length === 0;
}

export function equals(a: StepFunction, b: StepFunction): boolean {
  return (
    a.starts.length === b.starts.length &&
    a.starts.every((start, index) => start === b.starts[index]) &&
    a.values.every((value, index) => value === b.values[index])
  );
}

/** Sum of value x milliseconds over the window: what prices and burn-down multiply. */
export function integralOver(fn: StepFunction, window: Window): bigint {
  return segmentsOf(restrict(fn, window)).reduce(
    (sum, { window: own, value }) => sum + value * BigInt(own.end - own.start),
    0n,
  );
}

/** Throws when the arrays are not canonical; for tests, replay and the auditor. */
export function assertCanonical(fn: StepFunction): void {
  assert(fn.starts.length === fn.values.length, 'one value per breakpoint');
  fn.starts.forEach((start, index) => {
    const before = fn.starts[index - 1];
    assert(before === undefined || before < start, 'breakpoints ascend');
    assert(fn.values[index] !== (fn.values[index - 1] ?? 0n), 'neighbours differ');
  });
  assert((fn.values[fn.values.length - 1] ?? 0n) === 0n, 'the last value is zero');
}
