import { VENDOR_FACTS, type GaugeNames, type VendorName } from './vendor.facts.js';

/** What a server says of itself right now; null: it does not say. */
export interface UpstreamLoad {
  readonly running: number | null;
  readonly waiting: number | null;
  /** Share of the memory for contexts that is in use, in basis points. */
  readonly cacheShare: number | null;
}

/** A line of Prometheus' text format: name, labels, value; a time may follow. */
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{.*\})?\s+(\S+)(?:\s+-?\d+)?$/;
const SHARE_WHOLE = 10_000;

/** Values by name, of all label sets. */
function samplesIn(text: string): ReadonlyMap<string, readonly number[]> {
  const samples = new Map<string, number[]>();
  for (const line of text.split('\n')) {
    const [, name, value] = SAMPLE.exec(line.trim()) ?? [];
    if (name === undefined || !Number.isFinite(Number(value))) continue;
    const known = samples.get(name) ?? [];
    known.push(Number(value));
    samples.set(name, known);
  }
  return samples;
}

/** Where a vendor's server has its gauges; null: it publishes none. */
export function gaugesOf(vendor: VendorName): GaugeNames | null {
  return VENDOR_FACTS[vendor].gauges;
}

/** Reads a server's gauges: requests of all its engines together, and the fullest of their caches. */
export function readLoad(text: string, gauges: GaugeNames): UpstreamLoad {
  const samples = samplesIn(text);
  const valuesOf = (names: readonly string[]): readonly number[] =>
    names.map((name) => samples.get(name)).find((values) => values !== undefined) ?? [];
  const cache = valuesOf(gauges.cacheShare);
  return {
    running: sumOf(valuesOf(gauges.running)),
    waiting: sumOf(valuesOf(gauges.waiting)),
    cacheShare: cache.length === 0 ? null : Math.round(Math.max(...cache) * SHARE_WHOLE),
  };
}

function sumOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.round(values.reduce((sum, value) => sum + value, 0));
}

/** Servers have `/metrics` at their root, beside the `/v1` that is called. */
export function metricsUrlOf(endpoint: string): string {
  return endpoint.replace(/\/(v1\/?)?$/, '').concat('/metrics');
}
