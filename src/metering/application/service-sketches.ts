import { createHash } from 'node:crypto';
import { canonicalJson } from '../../kernel/canonical-json.js';
import {
  EMPTY_SKETCH,
  mergeSketches,
  quantilesOf,
  sketchOf,
  type SketchData,
} from '../adapter/quantile.sketch.js';
import type { ServedRequest } from '../model/served-request.js';
import { FIGURES, type Figure, type Quantiles } from '../model/service-hour.events.js';

/** Sketches of all that is kept of some requests; those of more are these, merged. */
export type Sketches = Readonly<Record<Figure, SketchData>>;

const VALUE_OF: Readonly<Record<Figure, (request: ServedRequest) => number | null>> = {
  ttft: ({ ttft }) => ttft,
  streamSpeed: ({ streamSpeed }) => streamSpeed,
  promptTokens: ({ promptTokens }) => promptTokens,
  outputTokens: ({ outputTokens }) => outputTokens,
  concurrency: ({ concurrency }) => concurrency,
};

function each<Value>(make: (figure: Figure) => Value): Readonly<Record<Figure, Value>> {
  return Object.fromEntries(FIGURES.map((figure) => [figure, make(figure)])) as Record<Figure, Value>;
}

export function sketchesOf(requests: readonly ServedRequest[]): Sketches {
  return each((figure) => {
    const values = requests.map(VALUE_OF[figure]);
    return sketchOf(values.filter((value) => value !== null));
  });
}

export function mergeAll(parts: readonly Sketches[]): Sketches {
  return each((figure) =>
    parts.length === 0 ? EMPTY_SKETCH : mergeSketches(parts.map((part) => part[figure])),
  );
}

export function figuresOf(sketches: Sketches): Readonly<Record<Figure, Quantiles>> {
  return each((figure) => {
    const values = quantilesOf(sketches[figure], [0.01, 0.05, 0.5, 0.95, 0.99]);
    const [p1 = null, p5 = null, p50 = null, p95 = null, p99 = null] = values;
    return { p1, p5, p50, p95, p99 };
  });
}

/** The same for equal sketches, whoever wrote them. */
export function digestOf(sketches: Sketches): string {
  return createHash('sha256').update(canonicalJson(sketches)).digest('hex');
}
