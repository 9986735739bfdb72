import type { BasisPoints } from '../../src/kernel/money.js';
import type { Duration } from '../../src/kernel/time.js';
import type { ServedRequest } from '../../src/metering/model/served-request.js';
import type { ServiceLevelTerms } from '../../src/providers/contract.js';
import { OFFERED_EXCLUSIONS, type OfferedExclusion } from '../../src/providers/model/service-level.terms.js';
import { hour } from './market.js';

type Steps = readonly (readonly [missedBy: number, credit: number])[];

/** 400 ms, 100 tokens/s and 99 %: 10 % back, 25 % beyond a quarter, 50 % beyond half, all beyond the whole. */
export function promise(
  changes: { samplesMin?: number; steps?: Steps; contextLength?: number; availability?: number; exclusions?: readonly OfferedExclusion[] } = {},
): ServiceLevelTerms {
  const { samplesMin = 20, contextLength = 8_192, availability = 9_900 } = changes;
  const { exclusions = OFFERED_EXCLUSIONS, steps = [[0, 1_000], [2_500, 2_500], [5_000, 5_000], [10_000, 10_000]] } = changes;
  return {
    objectives: {
      ttftP95: 400 as Duration,
      streamTokensPerSecondMin: 100,
      availability: availability as BasisPoints,
    },
    contextLength,
    credits: {
      samplesMin,
      exclusions,
      steps: steps.map(([missedBy, credit]) => ({
        missedBy: missedBy as BasisPoints,
        credit: credit as BasisPoints,
      })),
    },
  };
}

/** A request that keeps the promise. */
export function served(changes: Partial<ServedRequest> = {}): ServedRequest {
  return {
    ...{ servedAt: hour(1), end: 'answered', isBatch: false },
    ...{ promptTokens: 1_000, outputTokens: 200, ttft: 100_000, streamSpeed: 200_000 },
    waited: null,
    concurrency: 4,
    ...changes,
  };
}

/** So many of each, as `[count, changes]`. */
export function traffic(
  ...groups: readonly (readonly [count: number, changes?: Partial<ServedRequest>])[]
): readonly ServedRequest[] {
  return groups.flatMap(([count, changes]) => Array.from({ length: count }, () => served(changes)));
}
