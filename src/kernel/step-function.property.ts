import fc from 'fast-check';
import {
  ZERO,
  add,
  addOver,
  assertCanonical,
  equals,
  fromSegments,
  integralOver,
  maximumOver,
  minimumOfDifference,
  minimumOver,
  restrict,
  segmentsOf,
  subtract,
  valueAt,
  type StepFunction,
} from './step-function.js';
import type { Instant } from './time.js';
import type { Window } from './window.js';

const SPAN = 12;
const windowArbitrary: fc.Arbitrary<Window> = fc
  .tuple(fc.integer({ min: 0, max: SPAN - 1 }), fc.integer({ min: 1, max: SPAN }))
  .map(([start, length]) => ({
    start: start as Instant,
    end: Math.min(SPAN, start + length) as Instant,
  }));
const changeArbitrary = fc.record({
  window: windowArbitrary,
  delta: fc.bigInt({ min: -3n, max: 3n }),
});
const functionArbitrary = fc
  .array(changeArbitrary, { maxLength: 12 })
  .map((changes) => changes.reduce((fn, { window, delta }) => addOver(fn, window, delta), ZERO));

/** The naive twin: one cell for each instant. */
const cellsOf = (fn: StepFunction): bigint[] =>
  Array.from({ length: SPAN }, (_, at) => valueAt(fn, at as Instant));

describe('step function', () => {
  it('is what adding cell by cell gives, and stays canonical', () => {
    fc.assert(
      fc.property(fc.array(changeArbitrary, { maxLength: 20 }), (changes) => {
        const cells = Array.from({ length: SPAN }, () => 0n);
        let fn = ZERO;
        for (const { window, delta } of changes) {
          fn = addOver(fn, window, delta);
          for (let at = window.start as number; at < window.end; at += 1) {
            cells[at] = (cells[at] as bigint) + delta;
          }
          assertCanonical(fn);
        }
        expect(cellsOf(fn)).toEqual(cells);
      }),
    );
  });

  it('answers extremes, integrals and restrictions like its cells', () => {
    fc.assert(
      fc.property(functionArbitrary, windowArbitrary, (fn, window) => {
        const inside = cellsOf(fn).slice(window.start, window.end);
        expect(minimumOver(fn, window)).toBe(inside.reduce((a, b) => (a < b ? a : b)));
        expect(maximumOver(fn, window)).toBe(inside.reduce((a, b) => (a > b ? a : b)));
        expect(integralOver(fn, window)).toBe(inside.reduce((a, b) => a + b, 0n));
        const restricted = restrict(fn, window);
        assertCanonical(restricted);
        expect(cellsOf(restricted).slice(window.start, window.end)).toEqual(inside);
        expect(integralOver(restricted, { start: 0 as Instant, end: SPAN as Instant })).toBe(
          integralOver(fn, window),
        );
      }),
    );
  });

  it('is made of its stretches, in whatever order they are told', () => {
    fc.assert(
      fc.property(functionArbitrary, fc.array(fc.nat(), { maxLength: 12 }), (fn, swaps) => {
        const segments = segmentsOf(fn);
        expect(fromSegments(segments)).toEqual(fn);
        swaps.forEach((swap, at) => {
          const [moved] = segments.splice(swap % Math.max(segments.length, 1), 1);
          if (moved !== undefined) segments.splice(at % (segments.length + 1), 0, moved);
        });
        expect(fromSegments(segments)).toEqual(fn);
      }),
    );
  });

  it('is what its changes sum up to, when they overlap', () => {
    fc.assert(
      fc.property(fc.array(changeArbitrary, { maxLength: 8 }), (changes) => {
        const segments = changes.map(({ window, delta }) => ({ window, value: delta }));
        const sum = changes.reduce((fn, { window, delta }) => addOver(fn, window, delta), ZERO);
        expect(fromSegments(segments)).toEqual(sum);
      }),
    );
  });

  it('finds the lowest difference as the difference has it', () => {
    fc.assert(
      fc.property(functionArbitrary, functionArbitrary, windowArbitrary, (a, b, window) => {
        expect(minimumOfDifference(a, b, window)).toBe(minimumOver(subtract(a, b), window));
      }),
    );
  });

  it('subtracts what it added', () => {
    fc.assert(
      fc.property(functionArbitrary, functionArbitrary, (a, b) => {
        expect(equals(subtract(add(a, b), b), a)).toBe(true);
        expect(equals(add(a, b), add(b, a))).toBe(true);
      }),
    );
  });
});
