import fc from 'fast-check';
import { canonicalJson } from '../../kernel/canonical-json.js';
import {
  countOf,
  EMPTY_SKETCH,
  mergeSketches,
  quantilesOf,
  RELATIVE_ERROR,
  sketchOf,
} from './quantile.sketch.js';

const values = fc.array(
  fc.oneof(fc.nat(50), fc.nat(5_000), fc.nat(10_000_000)),
  { maxLength: 200, size: 'max' },
);

describe('a sketch', () => {
  it('of parts, merged, is the sketch of all, to the byte', () => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 5 }), (parts) => {
        const whole = canonicalJson(sketchOf(parts.flat()));
        const sketches = parts.map(sketchOf);
        expect(canonicalJson(mergeSketches(sketches))).toBe(whole);
        expect(canonicalJson(mergeSketches([...sketches].reverse()))).toBe(whole);
        const kept = sketches.map((one) => JSON.parse(JSON.stringify(one)));
        expect(canonicalJson(mergeSketches(kept))).toBe(whole);
      }),
    );
  });

  it('is off by no more than it says', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(0.01, 0.05, 0.5, 0.95, 0.99), (given, quantile) => {
        const [found] = quantilesOf(sketchOf(given), [quantile]);
        if (given.length === 0) return expect(found).toBeNull();
        const sorted = [...given].sort((a, b) => a - b);
        const exact = sorted[Math.floor(quantile * (sorted.length - 1))] as number;
        // It answers in whole numbers.
        expect(Math.abs((found as number) - exact)).toBeLessThanOrEqual(exact * RELATIVE_ERROR + 0.5001);
        return undefined;
      }),
    );
  });

  it('counts every value', () => {
    fc.assert(fc.property(values, (given) => expect(countOf(sketchOf(given))).toBe(given.length)));
    expect(mergeSketches([])).toEqual(EMPTY_SKETCH);
  });
});
