/**
 * Tokens of a request, or of many. Cached tokens are a part of the input and reasoning tokens a
 * part of the output: neither is ever more than what it is a part of.
 */
export interface TokenCounts {
  readonly input: bigint;
  readonly cachedInput: bigint;
  readonly output: bigint;
  readonly reasoning: bigint;
}

/** Usage taken together: how many events, and what they say was served. */
export interface UsageSum {
  readonly events: bigint;
  readonly counts: TokenCounts;
}

/** What of an hour's use was served at one tier of the gateway's. */
export interface TierCounts {
  readonly tier: string;
  readonly counts: TokenCounts;
}

export const NO_TOKENS: TokenCounts = { input: 0n, cachedInput: 0n, output: 0n, reasoning: 0n };
export const NO_USAGE: UsageSum = { events: 0n, counts: NO_TOKENS };

/** No count below zero, and no part more than its whole. */
export function isFit({ input, cachedInput, output, reasoning }: TokenCounts): boolean {
  return cachedInput >= 0n && reasoning >= 0n && cachedInput <= input && reasoning <= output;
}

export function addUsage(a: UsageSum, b: UsageSum): UsageSum {
  return {
    events: a.events + b.events,
    counts: addCounts(a.counts, b.counts),
  };
}

/** By tier, in the order of their names; none that comes to nothing. */
export function addTiers(a: readonly TierCounts[], b: readonly TierCounts[]): readonly TierCounts[] {
  const sums = new Map<string, TokenCounts>();
  for (const { tier, counts } of [...a, ...b]) sums.set(tier, addCounts(sums.get(tier) ?? NO_TOKENS, counts));
  return [...sums]
    .map(([tier, counts]) => ({ tier, counts }))
    .filter(({ counts }) => Object.values(counts).some((count) => count !== 0n))
    .sort((one, other) => (one.tier < other.tier ? -1 : 1));
}

export function addCounts(a: TokenCounts, b: TokenCounts): TokenCounts {
  return {
    input: a.input + b.input,
    cachedInput: a.cachedInput + b.cachedInput,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
  };
}
