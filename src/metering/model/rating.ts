import { isInstant, HOUR_MS, plus, type Instant } from '../../kernel/time.js';
import type { Brand } from '../../kernel/brand.js';
import {
  BASIS_POINTS_WHOLE,
  divideHalfEven,
  ZERO_USD,
  type MicroUsd,
} from '../../kernel/money.js';
import { integralOver, type StepFunction } from '../../kernel/step-function.js';
import type { TokenWeights, UsageTerms } from '../../providers/contract.js';
import type { TokenCounts } from './token-counts.js';

/**
 * Ten-thousandths of a weighted token. Weights are hundredths of a per cent of an output token, so
 * that every weighted count is a whole number of these and nothing is rounded before money is.
 */
export type WeightedTokens = Brand<bigint, 'WeightedTokens'>;

/** One output token. */
export const WEIGHTED_TOKEN = BASIS_POINTS_WHOLE;
/** An overage price is for this many tokens. */
const PRICED_TOKENS = 1_000_000n;
const MS_PER_SECOND = 1_000n;

/** What an hour of use comes to. */
export interface Rating {
  readonly weighted: WeightedTokens;
  /** What the reservation holds in the hour. */
  readonly entitled: WeightedTokens;
  /** What was used above it; never below zero. */
  readonly overage: WeightedTokens;
  readonly overageAmount: MicroUsd;
}

/** UTC hours are counted from the epoch. */
export function isHour(instant: Instant): boolean {
  return isInstant(instant) && instant % HOUR_MS === 0;
}

export function weightedOf(counts: TokenCounts, weights: TokenWeights): WeightedTokens {
  const { input, cachedInput, output, reasoning } = counts;
  const weighted =
    (output - reasoning) * WEIGHTED_TOKEN +
    reasoning * BigInt(weights.reasoning) +
    (input - cachedInput) * BigInt(weights.input) +
    cachedInput * BigInt(weights.cachedInput);
  return weighted as WeightedTokens;
}

/** The area under tokens/s over one hour; exact, because the integral is in token/s x ms. */
export function entitledIn(quantity: StepFunction, hour: Instant): WeightedTokens {
  const area = integralOver(quantity, { start: hour, end: plus(hour, HOUR_MS) });
  return (area * (WEIGHTED_TOKEN / MS_PER_SECOND)) as WeightedTokens;
}

/** Use above the entitlement costs the overage price, rounded once, half to even. */
export function rate(counts: TokenCounts, entitled: WeightedTokens, terms: UsageTerms): Rating {
  const weighted = weightedOf(counts, terms.weights);
  const overage = (weighted > entitled ? weighted - entitled : 0n) as WeightedTokens;
  const { overagePrice } = terms;
  const overageAmount =
    overagePrice === null
      ? ZERO_USD
      : divideHalfEven(overage * overagePrice, WEIGHTED_TOKEN * PRICED_TOKENS);
  return { weighted, entitled, overage, overageAmount: overageAmount as MicroUsd };
}

/** Tokens with at most four decimal places, none lost: `1250.0625`. */
export function formatWeighted(amount: WeightedTokens): string {
  const sign = amount < 0n ? '-' : '';
  const absolute = amount < 0n ? -amount : amount;
  const fraction = (absolute % WEIGHTED_TOKEN).toString().padStart(4, '0').replace(/0+$/, '');
  return `${sign}${absolute / WEIGHTED_TOKEN}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Reads what {@link formatWeighted} wrote; null when the text is no such number. */
export function parseWeighted(text: string): WeightedTokens | null {
  const match = /^(0|[1-9]\d{0,29})(?:\.(\d{1,4}))?$/.exec(text);
  if (match === null) return null;
  const [, whole = '0', fraction = ''] = match;
  return (BigInt(whole) * WEIGHTED_TOKEN + BigInt(fraction.padEnd(4, '0'))) as WeightedTokens;
}
