import type { BasisPoints } from '../../kernel/money.js';
import type { Duration } from '../../kernel/time.js';

/** What a provider promises, as measured at our gateway. */
export interface ServiceLevel {
  /** Time to first token, 95th percentile, in milliseconds. */
  readonly ttftP95: Duration;
  /** Output tokens/s that one stream gets at least: 19 of 20 streams are as fast, or faster. */
  readonly streamTokensPerSecondMin: number;
  /** Share of requests that are answered. */
  readonly availability: BasisPoints;
}

/** An hour that misses an objective by more than `missedBy` of it costs `credit` of its price. */
export interface CreditStep {
  readonly missedBy: BasisPoints;
  readonly credit: BasisPoints;
}

/** Requests that say nothing of the promise unless its provider says that they do, in the order in which they are looked for. */
export const OFFERED_EXCLUSIONS = ['overLimit', 'tooLong', 'batch'] as const;
export type OfferedExclusion = (typeof OFFERED_EXCLUSIONS)[number];

/** What an hour costs that missed what was promised. The hour is the window: each is judged by itself. */
export interface CreditTerms {
  /** An objective with fewer requests to judge it by is not judged. */
  readonly samplesMin: number;
  /** By rising miss and credit, the first one with a miss of 0; none: a miss costs nothing. */
  readonly steps: readonly CreditStep[];
  /** What is left out of the judgement, of what a provider may count; what the client decided is always left out. */
  readonly exclusions: readonly OfferedExclusion[];
}

/** Of those who published none: a miss costs nothing. */
export const NO_CREDITS = { samplesMin: 1, steps: [], exclusions: OFFERED_EXCLUSIONS } satisfies CreditTerms;

const step = (missedBy: number, credit: number): CreditStep => ({
  missedBy: missedBy as BasisPoints,
  credit: credit as BasisPoints,
});

/** What a pool promises whose provider names no other formula. */
export const STANDARD_CREDITS: CreditTerms = {
  samplesMin: 50,
  steps: [step(0, 1_000), step(2_500, 2_500), step(5_000, 5_000), step(10_000, 10_000)],
  exclusions: OFFERED_EXCLUSIONS,
};

/** The formula of a sale: what is promised, of which requests, and what a miss costs. */
export interface ServiceLevelTerms {
  readonly objectives: ServiceLevel;
  /** Of the serving profile: longer prompts are promised nothing, unless the formula counts them. */
  readonly contextLength: number;
  readonly credits: CreditTerms;
}
