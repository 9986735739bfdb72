import fc from 'fast-check';
import type { BasisPoints } from '../../kernel/money.js';
import { weightedOf } from './rating.js';
import { addCounts, NO_TOKENS, type TierCounts, type TokenCounts } from './token-counts.js';
import { mixOf } from './token-mix.js';

const WEIGHTS = { input: 1_000 as BasisPoints, cachedInput: 100 as BasisPoints, reasoning: 20_000 as BasisPoints };
const count = fc.bigInt({ min: 0n, max: 10n ** 12n });
const counts: fc.Arbitrary<TokenCounts> = fc
  .tuple(count, count, count, count)
  .map(([fresh, cachedInput, plain, reasoning]) => ({ input: fresh + cachedInput, cachedInput, output: plain + reasoning, reasoning }));
const tiers = fc.uniqueArray(fc.record({ tier: fc.constantFrom('fast', 'priority', 'standard', 'batch'), counts }), { selector: ({ tier }) => tier, maxLength: 4 });
const totalOf = (given: readonly TierCounts[], rest: TokenCounts): TokenCounts => given.reduce((sum, one) => addCounts(sum, one.counts), rest);

describe('use by token class and served tier', () => {
  it('weighs what the hour weighs, whoever reported it, and in whatever order tiers come', () => {
    fc.assert(
      fc.property(tiers, counts, (given, rest) => {
        const whole = totalOf(given, rest);
        const mix = mixOf({ counts: whole, tiers: given, weights: WEIGHTS });
        expect(mix.every(({ tokens }) => tokens > 0n)).toBe(true);
        expect(mix.reduce((sum, { tokens, weight }) => sum + tokens * BigInt(weight), 0n)).toBe(weightedOf(whole, WEIGHTS));
        expect(mixOf({ counts: whole, tiers: [...given].reverse(), weights: WEIGHTS })).toEqual(mix);
      }),
    );
  });

  it('weighs what the hour weighs also where a correction left fewer tokens than the tiers say', () => {
    fc.assert(
      fc.property(tiers, counts, (given, whole) => {
        const mix = mixOf({ counts: whole, tiers: given, weights: WEIGHTS });
        expect(mix.every(({ tokens }) => tokens > 0n)).toBe(true);
        expect(mix.reduce((sum, { tokens, weight }) => sum + tokens * BigInt(weight), 0n)).toBe(weightedOf(whole, WEIGHTS));
      }),
    );
  });

  it('tells classes in their order, tiers by name, and what has no tier last', () => {
    const batch = { tier: 'batch', counts: { input: 100n, cachedInput: 40n, output: 30n, reasoning: 10n } };
    const standard = { tier: 'standard', counts: { ...NO_TOKENS, output: 5n } };
    const mix = mixOf({ counts: { input: 110n, cachedInput: 40n, output: 36n, reasoning: 10n }, tiers: [standard, batch], weights: WEIGHTS });
    expect(mix.map(({ tokenClass, tier, tokens, weight }) => `${tokenClass} ${tier} ${tokens} ${weight}`)).toEqual([
      ...['input batch 60 1000', 'input null 10 1000', 'cached_input batch 40 100'],
      ...['output batch 20 10000', 'output standard 5 10000', 'output null 1 10000', 'reasoning batch 10 20000'],
    ]);
  });

  it('has what is left of a class in the proportion of its tiers where more was taken back than has none', () => {
    const of = (tier: string, output: bigint): TierCounts => ({ tier, counts: { ...NO_TOKENS, output } });
    const mix = mixOf({ counts: { ...NO_TOKENS, output: 80n }, tiers: [of('batch', 25n), of('fast', 75n)], weights: WEIGHTS });
    expect(mix.map(({ tier, tokens }) => [tier, tokens])).toEqual([['batch', 20n], ['fast', 60n]]);
  });
});
