import { BASIS_POINTS_WHOLE } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import type { ServiceLevelTerms } from '../../providers/contract.js';
import type { WeightedTokens } from './rating.js';
import type { ServedRequest } from './served-request.js';

/** Why a request says nothing of what was promised, in the order in which reasons are looked for. */
export const EXCLUSIONS = ['overLimit', 'tooLong', 'batch', 'aborted', 'refused'] as const;
export type Exclusion = (typeof EXCLUSIONS)[number];

/**
 * How many of some requests were good enough: `within[0]` kept the objective, `within[k]` at least
 * the objective widened by the miss of step `k`. Whole numbers, so that nothing is estimated where
 * money is decided.
 */
export interface Tally {
  readonly samples: number;
  readonly within: readonly number[];
}

/** All that is counted of some requests of one reservation; sums of these are these. */
export interface Measured {
  readonly requests: number;
  readonly excluded: Readonly<Record<Exclusion, number>>;
  readonly ttft: Tally;
  readonly streamSpeed: Tally;
  /** Of requests that were not excluded. */
  readonly answered: number;
}

const WHOLE = Number(BASIS_POINTS_WHOLE);
/** Objectives are in milliseconds and tokens/s. */
const MICRO_OF_MILLI = 1_000;
const MILLI = 1_000;

/** The misses that a formula tells apart. */
export function missesOf({ credits }: ServiceLevelTerms): readonly number[] {
  return credits.steps.length === 0 ? [0] : credits.steps.map(({ missedBy }) => missedBy);
}

/** Null for a request that counts. */
export function exclusionOf(request: ServedRequest, terms: ServiceLevelTerms): Exclusion | null {
  const { exclusions } = terms.credits;
  if (request.promptTokens > terms.contextLength && exclusions.includes('tooLong')) return 'tooLong';
  if (request.isBatch && exclusions.includes('batch')) return 'batch';
  return request.end === 'aborted' || request.end === 'refused' ? request.end : null;
}

export function nothingMeasured(terms: ServiceLevelTerms): Measured {
  const none = { samples: 0, within: missesOf(terms).map(() => 0) };
  const excluded = { overLimit: 0, tooLong: 0, batch: 0, aborted: 0, refused: 0 };
  return { requests: 0, excluded, ttft: none, streamSpeed: none, answered: 0 };
}

/** In any order: the same. */
export function measure(requests: readonly ServedRequest[], terms: ServiceLevelTerms): Measured {
  return requests.reduce(
    (sum, request) => addMeasured(sum, measureOne(request, terms)),
    nothingMeasured(terms),
  );
}

export function addMeasured(a: Measured, b: Measured): Measured {
  const excluded = { ...a.excluded };
  for (const why of EXCLUSIONS) excluded[why] += b.excluded[why];
  return {
    requests: a.requests + b.requests,
    excluded,
    ttft: addTallies(a.ttft, b.ttft),
    streamSpeed: addTallies(a.streamSpeed, b.streamSpeed),
    answered: a.answered + b.answered,
  };
}

/** The same requests, when what the reservation held was used up before them. */
export function asOverLimit(measured: Measured, terms: ServiceLevelTerms): Measured {
  const nothing = nothingMeasured(terms);
  const { requests } = measured;
  return { ...nothing, requests, excluded: { ...nothing.excluded, overLimit: requests } };
}

/** One minute of a reservation. */
export interface MeasuredMinute {
  readonly minute: Instant;
  readonly measured: Measured;
  /** What was used in it. */
  readonly weighted: WeightedTokens;
}

/**
 * Once the minutes of an hour have used up what the reservation held in it, what comes in later
 * minutes is above it, and is promised nothing unless the formula counts that too.
 */
export function splitAtLimit<Minute extends MeasuredMinute>(
  minutes: readonly Minute[],
  entitled: WeightedTokens,
  { credits }: ServiceLevelTerms,
): { readonly within: readonly Minute[]; readonly above: readonly Minute[] } {
  const [within, above]: [Minute[], Minute[]] = [[], []];
  const isCounted = !credits.exclusions.includes('overLimit');
  let used = 0n;
  for (const minute of [...minutes].sort((a, b) => a.minute - b.minute)) {
    (used < entitled || isCounted ? within : above).push(minute);
    used += minute.weighted;
  }
  return { within, above };
}

/** An hour out of its minutes. */
export function hourOf(
  { within, above }: ReturnType<typeof splitAtLimit>,
  terms: ServiceLevelTerms,
): Measured {
  const parts = [
    ...within.map(({ measured }) => measured),
    ...above.map(({ measured }) => asOverLimit(measured, terms)),
  ];
  return parts.reduce(addMeasured, nothingMeasured(terms));
}

/** Requests that the promise is judged by. */
export function countedOf({ requests, excluded }: Measured): number {
  return EXCLUSIONS.reduce((left, why) => left - excluded[why], requests);
}

function addTallies(a: Tally, b: Tally): Tally {
  const within = a.within.map((count, index) => count + (b.within[index] ?? 0));
  return { samples: a.samples + b.samples, within };
}

function measureOne(request: ServedRequest, terms: ServiceLevelTerms): Measured {
  const nothing = nothingMeasured(terms);
  const why = exclusionOf(request, terms);
  if (why !== null) {
    const ttft = why === 'aborted' ? tallyTtft(lateFor(request, terms), terms) : nothing.ttft;
    return { ...nothing, requests: 1, excluded: { ...nothing.excluded, [why]: 1 }, ttft };
  }
  const { streamTokensPerSecondMin } = terms.objectives;
  const misses = missesOf(terms);
  return {
    requests: 1,
    excluded: nothing.excluded,
    ttft: tallyTtft(request.ttft, terms),
    streamSpeed: tally(request.streamSpeed, misses, (value, missedBy) => {
      return value * WHOLE >= streamTokensPerSecondMin * MILLI * (WHOLE - missedBy);
    }),
    answered: request.end === 'answered' ? 1 : 0,
  };
}

/** Whoever left before a token came, and later than it was promised, waited for one so long at the least. */
function lateFor({ waited }: ServedRequest, { objectives }: ServiceLevelTerms): number | null {
  return waited !== null && waited > objectives.ttftP95 * MICRO_OF_MILLI ? waited : null;
}

function tallyTtft(ttft: number | null, terms: ServiceLevelTerms): Tally {
  const { ttftP95 } = terms.objectives;
  return tally(ttft, missesOf(terms), (value, missedBy) => {
    return value * WHOLE <= ttftP95 * MICRO_OF_MILLI * (WHOLE + missedBy);
  });
}

/** What was not measured of a request is no sample. */
function tally(
  value: number | null,
  misses: readonly number[],
  isWithin: (value: number, missedBy: number) => boolean,
): Tally {
  if (value === null) return { samples: 0, within: misses.map(() => 0) };
  return { samples: 1, within: misses.map((missedBy) => (isWithin(value, missedBy) ? 1 : 0)) };
}
