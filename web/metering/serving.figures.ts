import { HOUR_MS, MINUTE_MS } from '../../src/kernel/time.js';
import type { ServiceHour, ServiceMinute, UsageHour } from './metering.documents.js';

// From what was measured to what is drawn. Charts are pixels: here figures are floats.

/** One minute or hour of a reservation. */
export interface Stretch {
  readonly at: number;
  readonly requests: number;
  /** Count, and got no whole answer. */
  readonly failed: number;
  readonly aborted: number;
  readonly refused: number;
  /** Weighted tokens a second; null: not known. */
  readonly rate: number | null;
  readonly ttft: { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null };
  readonly speed: { readonly p5: number | null; readonly p50: number | null };
  readonly firstTokens: number;
  readonly firstTokensInTime: number;
}

type Samples = ServiceMinute['samples'];

/** Requests that the promise is judged by: what is left when the exclusions are taken out. */
export function countedOf({ requests, overLimit, tooLong, batch, aborted, refused }: Samples): number {
  return requests - overLimit - tooLong - batch - aborted - refused;
}

function common({ samples, figures }: Pick<ServiceMinute, 'samples' | 'figures'>): Omit<Stretch, 'at' | 'rate'> {
  const { requests, aborted, refused, answered, ttft: firstTokens, ttftInTime: firstTokensInTime } = samples;
  const { ttftMs: { p50, p95, p99 }, streamTokensPerSecond: stream } = figures;
  return {
    ...{ requests, aborted, refused, firstTokens, firstTokensInTime },
    failed: countedOf(samples) - answered,
    ttft: { p50, p95, p99 },
    speed: { p5: stream.p5, p50: stream.p50 },
  };
}

export function minuteOf(minute: ServiceMinute): Stretch {
  const rate = (Number(minute.weightedTokens) * 1_000) / MINUTE_MS;
  return { at: Date.parse(minute.minute), rate, ...common(minute) };
}

export function hourOf(hour: ServiceHour, used: ReadonlyMap<string, UsageHour>): Stretch {
  const weighted = used.get(hour.hour)?.weightedTokens;
  const rate = weighted === undefined ? null : (Number(weighted) * 1_000) / HOUR_MS;
  return { at: Date.parse(hour.hour), rate, ...common(hour) };
}

/** Every step of a window, null where nothing was measured: a gap stays a gap. */
export function gridOf(
  stretches: readonly Stretch[],
  { from, until, step }: { readonly from: number; readonly until: number; readonly step: number },
): readonly (readonly [at: number, stretch: Stretch | null])[] {
  const byStart = new Map(stretches.map((stretch) => [stretch.at, stretch]));
  const count = Math.max(0, Math.round((until - from) / step));
  return Array.from({ length: count }, (_, index) => {
    const at = from + index * step;
    return [at, byStart.get(at) ?? null] as const;
  });
}

export interface Summary {
  readonly requests: number;
  readonly failed: number;
  readonly firstTokens: number;
  /** Share of first tokens in time, from 0 to 1; null: there were none. */
  readonly inTime: number | null;
}

export function summaryOf(stretches: readonly Stretch[]): Summary {
  const sum = (pick: (stretch: Stretch) => number): number => stretches.reduce((total, one) => total + pick(one), 0);
  const firstTokens = sum((one) => one.firstTokens);
  return {
    ...{ requests: sum((one) => one.requests), failed: sum((one) => one.failed), firstTokens },
    inTime: firstTokens === 0 ? null : sum((one) => one.firstTokensInTime) / firstTokens,
  };
}
