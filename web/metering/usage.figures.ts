import type { UsageRollup } from './metering.documents.js';

/** The classes that tokens are counted in; each token is of one of them. */
export const TOKEN_CLASSES = { input: 'Input', cachedInput: 'Cached input', output: 'Output', reasoning: 'Reasoning' } as const;
export type TokenClass = keyof typeof TOKEN_CLASSES;
export type Counts = Readonly<Record<TokenClass, bigint>>;

const NONE: Counts = { input: 0n, cachedInput: 0n, output: 0n, reasoning: 0n };

/** The API counts cached input within the input, and reasoning within the output: here each is apart. */
export function countsOf({ inputTokens, cachedInputTokens, outputTokens, reasoningTokens }: UsageRollup): Counts {
  const [input, cachedInput, output, reasoning] = [inputTokens, cachedInputTokens, outputTokens, reasoningTokens].map(BigInt) as [bigint, bigint, bigint, bigint];
  return { input: input - cachedInput, cachedInput, output: output - reasoning, reasoning };
}

function plus(a: Counts, b: Counts): Counts {
  return {
    input: a.input + b.input,
    cachedInput: a.cachedInput + b.cachedInput,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
  };
}

export interface Used {
  readonly counts: Counts;
  readonly events: bigint;
}

function sumBy(rollups: readonly UsageRollup[], keyOf: (rollup: UsageRollup) => string): ReadonlyMap<string, Used> {
  const sums = new Map<string, Used>();
  for (const rollup of rollups) {
    const before = sums.get(keyOf(rollup)) ?? { counts: NONE, events: 0n };
    sums.set(keyOf(rollup), { counts: plus(before.counts, countsOf(rollup)), events: before.events + BigInt(rollup.events) });
  }
  return sums;
}

/** Of all models together, by when. */
export const usedByStart = (rollups: readonly UsageRollup[]): ReadonlyMap<string, Used> => sumBy(rollups, ({ start }) => start);

export const usedByModel = (rollups: readonly UsageRollup[]): ReadonlyMap<string, Used> => sumBy(rollups, ({ model }) => model);

export function usedInAll(rollups: readonly UsageRollup[]): Used {
  return sumBy(rollups, () => '').get('') ?? { counts: NONE, events: 0n };
}
