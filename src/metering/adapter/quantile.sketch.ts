import { DDSketch } from '@datadog/sketches-js';

/** A quantile is off by at most this share of itself. */
export const RELATIVE_ERROR = 0.01;

/** How often each bin was hit, sorted by bin; `zeros` apart, since no bin is as small. */
export interface SketchData {
  readonly zeros: number;
  readonly bins: readonly (readonly [bin: number, count: number])[];
}

export const EMPTY_SKETCH: SketchData = { zeros: 0, bins: [] };

/** The sketch of values that are zero or more. */
export function sketchOf(values: readonly number[]): SketchData {
  const sketch = new DDSketch({ relativeAccuracy: RELATIVE_ERROR });
  for (const value of values) sketch.accept(value);
  return dataOf(sketch);
}

/** The sketch of all that the sketches are of: the same, whatever their order. */
export function mergeSketches(sketches: readonly SketchData[]): SketchData {
  const whole = new DDSketch({ relativeAccuracy: RELATIVE_ERROR });
  for (const one of sketches) whole.merge(restored(one));
  return dataOf(whole);
}

/** Values at some quantiles, rounded to whole numbers; null of nothing. */
export function quantilesOf(
  data: SketchData,
  quantiles: readonly number[],
): readonly (number | null)[] {
  const sketch = restored(data);
  return quantiles.map((quantile) =>
    sketch.count === 0 ? null : Math.round(sketch.getValueAtQuantile(quantile)),
  );
}

export function countOf({ zeros, bins }: SketchData): number {
  return bins.reduce((sum, [, count]) => sum + count, zeros);
}

function restored({ zeros, bins }: SketchData): DDSketch {
  const sketch = new DDSketch({ relativeAccuracy: RELATIVE_ERROR });
  for (const [bin, count] of bins) sketch.store.add(bin, count);
  sketch.zeroCount = zeros;
  sketch.count = zeros + sketch.store.count;
  return sketch;
}

/** The library grows its bins in chunks, as values come: only those that were hit are kept. */
function dataOf({ store, zeroCount }: DDSketch): SketchData {
  const bins = store.bins.flatMap((count, index): readonly (readonly [number, number])[] =>
    count === 0 ? [] : [[index + store.offset, count]],
  );
  return { zeros: zeroCount, bins };
}
