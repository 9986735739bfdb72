import type { Quantiles } from './service-hour.events.js';

/** Microseconds in a second, by thousandths of a token/s. */
const MICRO_BY_MILLI = 1_000_000_000;

/**
 * Inter-token latency in microseconds, out of the speeds of the same streams in thousandths of a token/s:
 * the mean of a stream's tokens after its first. What 95 of a hundred streams needed at the most is what
 * the slow 5 were slower than, so one sketch has both, and is off by no more.
 */
export function interTokenOf({ p1 = null, p5, p50, p95 }: Quantiles): Quantiles {
  return { p5: timeOf(p95), p50: timeOf(p50), p95: timeOf(p5), p99: timeOf(p1) };
}

const timeOf = (speed: number | null): number | null =>
  speed === null || speed === 0 ? null : Math.round(MICRO_BY_MILLI / speed);
