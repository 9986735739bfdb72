import { BASIS_POINTS_WHOLE, type BasisPoints } from '../../kernel/money.js';
import type { ServiceLevelTerms } from '../../providers/contract.js';
import { countedOf, missesOf, type Measured, type Tally } from './service-hour.measure.js';

export const OBJECTIVES = ['ttft', 'streamSpeed', 'availability'] as const;
export type Objective = (typeof OBJECTIVES)[number];

/** An objective that was missed, and by more than which share of it, as the formula has steps. */
export interface Miss {
  readonly objective: Objective;
  readonly missedBy: BasisPoints;
}

/** What became of a promise in one hour. */
export type Verdict =
  /** No objective had requests enough to be judged by. */
  | { readonly kind: 'thin' }
  | { readonly kind: 'met' }
  /** `credit` is the share of the hour's price that the worst of the misses costs. */
  | { readonly kind: 'breached'; readonly misses: readonly Miss[]; readonly credit: BasisPoints };

const WHOLE = BASIS_POINTS_WHOLE;
/** Of requests that must keep an objective of latency or speed: what a 95th percentile says. */
const NINETY_FIVE = 9_500n;
const NO_CREDIT = 0 as BasisPoints;

/**
 * Judges an hour by its formula. In whole numbers: the 95th percentile is at most a limit exactly
 * when 95 % of the samples are. Credits do not add up: the worst miss counts.
 */
export function judge(terms: ServiceLevelTerms, measured: Measured): Verdict {
  const { samplesMin } = terms.credits;
  const judged = OBJECTIVES.filter((one) => samplesOf(one, measured) >= samplesMin);
  if (judged.length === 0) return { kind: 'thin' };
  const misses = judged.flatMap((objective) => {
    const missedBy = missOf(objective, terms, measured);
    return missedBy === null ? [] : [{ objective, missedBy }];
  });
  if (misses.length === 0) return { kind: 'met' };
  const worst = Math.max(...misses.map(({ missedBy }) => missedBy));
  const step = terms.credits.steps.find(({ missedBy }) => missedBy === worst);
  return { kind: 'breached', misses, credit: step?.credit ?? NO_CREDIT };
}

export function samplesOf(objective: Objective, measured: Measured): number {
  return objective === 'availability' ? countedOf(measured) : measured[objective].samples;
}

/** The last step by more than which the objective was missed; null: it was kept. */
function missOf(
  objective: Objective,
  terms: ServiceLevelTerms,
  measured: Measured,
): BasisPoints | null {
  const missed = missesOf(terms).filter((missedBy, step) =>
    objective === 'availability'
      ? isUnavailable(terms, measured, missedBy)
      : isLate(measured[objective], step),
  );
  return (missed.at(-1) ?? null) as BasisPoints | null;
}

function isLate({ samples, within }: Tally, step: number): boolean {
  return BigInt(within[step] ?? 0) * WHOLE < BigInt(samples) * NINETY_FIVE;
}

/** Fewer were answered than what the objective, lowered by a share of it, asks for. */
function isUnavailable(
  { objectives }: ServiceLevelTerms,
  measured: Measured,
  missedBy: number,
): boolean {
  const asked = BigInt(objectives.availability) * (WHOLE - BigInt(missedBy));
  return BigInt(measured.answered) * WHOLE * WHOLE < BigInt(countedOf(measured)) * asked;
}
