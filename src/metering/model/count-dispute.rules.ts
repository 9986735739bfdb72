import type { OrganizationId } from '../../kernel/ids.js';
import { BASIS_POINTS_WHOLE, type BasisPoints } from '../../kernel/money.js';
import { DAY_MS, type Duration } from '../../kernel/time.js';
import type { TokenWeights } from '../../providers/contract.js';
import {
  COUNT_POSITIONS,
  type CountEvidence,
  type CountPosition,
  type CountRule,
} from './count-dispute.events.js';
import { WEIGHTED_TOKEN, weightedOf, type WeightedTokens } from './rating.js';
import type { TokenCounts } from './token-counts.js';
import type { Parties } from './usage.events.js';

/** 5 % of what is billed, and 1,000 weighted tokens. */
export const COUNT_RULE: CountRule = {
  tolerance: 500 as BasisPoints,
  least: (1_000n * WEIGHTED_TOKEN) as WeightedTokens,
};

export const COUNT_DISPUTE_LIMITS = {
  /** How long somebody may concede. */
  open: (7 * DAY_MS) as Duration,
  noteLength: 1_000,
  samples: 10,
} as const;

/** What an hour weighs more by one count than it was billed; below zero: less. */
export function stakeOf(
  evidence: CountEvidence,
  position: CountPosition,
  weights: TokenWeights,
): WeightedTokens {
  const billed = weightedOf(evidence.billed, weights);
  return (weightedOf(evidence[position], weights) - billed) as WeightedTokens;
}

/** Whether the counts of an hour differ by more than the tolerance. */
export function isDisputed(evidence: CountEvidence, weights: TokenWeights, rule: CountRule): boolean {
  const share = weightedOf(evidence.billed, weights) * BigInt(rule.tolerance);
  return COUNT_POSITIONS.some((position) => {
    const stake = stakeOf(evidence, position, weights);
    const distance = stake < 0n ? -stake : stake;
    return distance > rule.least && distance * BASIS_POINTS_WHOLE > share;
  });
}

/**
 * Who can concede a position: the provider what lowers the hour, the holder what raises it. Overage
 * is between these two; null: nobody loses by it.
 */
export function concederOf(
  evidence: CountEvidence,
  position: CountPosition,
  { holderId, providerId, weights }: Pick<Parties, 'holderId' | 'providerId'> & { readonly weights: TokenWeights },
): OrganizationId | null {
  const stake = stakeOf(evidence, position, weights);
  if (stake === 0n) return null;
  return stake < 0n ? providerId : holderId;
}

export function differenceOf(evidence: CountEvidence, position: CountPosition): TokenCounts {
  const [to, from] = [evidence[position], evidence.billed];
  return {
    input: to.input - from.input,
    cachedInput: to.cachedInput - from.cachedInput,
    output: to.output - from.output,
    reasoning: to.reasoning - from.reasoning,
  };
}
