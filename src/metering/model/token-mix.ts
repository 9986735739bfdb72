import { apportion } from '../../kernel/apportion.js';
import { BASIS_POINTS_WHOLE, type BasisPoints } from '../../kernel/money.js';
import type { TokenWeights } from '../../providers/contract.js';
import type { TierCounts, TokenCounts } from './token-counts.js';

/** In the order in which they are told. Input is what was not cached, output what was not reasoning: no token is in two. */
export const TOKEN_CLASSES = ['input', 'cached_input', 'output', 'reasoning'] as const;
export type TokenClass = (typeof TOKEN_CLASSES)[number];

/** Tokens of one class that were served at one tier. */
export interface MixPart {
  readonly tokenClass: TokenClass;
  /** Of the gateway's; null: it was reported by others, who say none. */
  readonly tier: string | null;
  /** Whole tokens, above zero. */
  readonly tokens: bigint;
  /** What one of them weighs: a share of an output token. */
  readonly weight: BasisPoints;
}

/** What the use of an hour is made of. */
export interface MixedUse {
  readonly counts: TokenCounts;
  readonly tiers: readonly TierCounts[];
  readonly weights: TokenWeights;
}

/**
 * Use by token class and served tier, classes in their order, tiers by name, and what has no tier last. The tokens of a
 * class sum to its count, and weighted they sum to what the hour weighs. Where a correction left fewer tokens than
 * the tiers say, they have what is left in their proportion.
 */
export function mixOf({ counts, tiers, weights }: MixedUse): readonly MixPart[] {
  const byName = [...tiers].sort((a, b) => (a.tier < b.tier ? -1 : 1));
  return TOKEN_CLASSES.flatMap((tokenClass) => {
    const parts = partsOf(tokensIn(counts, tokenClass), byName.map((one) => ({ tier: one.tier, tokens: tokensIn(one.counts, tokenClass) })));
    const weight = weightOf(tokenClass, weights);
    return parts.filter(({ tokens }) => tokens > 0n).map((part) => ({ tokenClass, ...part, weight }));
  });
}

type ClassPart = Pick<MixPart, 'tier' | 'tokens'>;

function partsOf(count: bigint, tiers: readonly ClassPart[]): readonly ClassPart[] {
  const told = tiers.map(({ tokens }) => (tokens < 0n ? 0n : tokens));
  const sum = told.reduce((all, tokens) => all + tokens, 0n);
  const parts = sum > count ? apportion(count, told) : told;
  const named = tiers.map(({ tier }, index) => ({ tier, tokens: parts[index] ?? 0n }));
  return [...named, { tier: null, tokens: sum > count ? 0n : count - sum }];
}

function tokensIn({ input, cachedInput, output, reasoning }: TokenCounts, tokenClass: TokenClass): bigint {
  switch (tokenClass) {
    case 'input':
      return input - cachedInput;
    case 'cached_input':
      return cachedInput;
    case 'output':
      return output - reasoning;
    case 'reasoning':
      return reasoning;
  }
}

function weightOf(tokenClass: TokenClass, weights: TokenWeights): BasisPoints {
  switch (tokenClass) {
    case 'input':
      return weights.input;
    case 'cached_input':
      return weights.cachedInput;
    case 'output':
      return Number(BASIS_POINTS_WHOLE) as BasisPoints;
    case 'reasoning':
      return weights.reasoning;
  }
}
