import fc from 'fast-check';
import { microUsd, type BasisPoints } from '../../kernel/money.js';
import { TOKEN_CLASSES, type MixPart } from '../../metering/contract.js';
import { compareGroups, groupTotals, overageParts } from './overage-parts.js';

const part: fc.Arbitrary<MixPart> = fc.record({
  tokenClass: fc.constantFrom(...TOKEN_CLASSES),
  tier: fc.constantFrom('fast', 'priority', 'standard', 'batch', null),
  tokens: fc.bigInt({ min: 1n, max: 10n ** 12n }),
  weight: fc.integer({ min: 1, max: 100_000 }).map((weight) => weight as BasisPoints),
});
const groupOf = ({ tokenClass, tier }: MixPart): string => `${tokenClass} ${tier}`;
const mixes = fc
  .uniqueArray(part, { selector: groupOf, minLength: 1, maxLength: 20 })
  .map((mix) => [...mix].sort(compareGroups));
const amounts = fc.bigInt({ min: 1n, max: 10n ** 15n }).map(microUsd);

describe('a charge for overage by token class and served tier', () => {
  it('is the sum of its parts, each above zero and within a micro-dollar of its share', () => {
    fc.assert(
      fc.property(amounts, mixes, (amount, mix) => {
        const parts = overageParts(amount, mix);
        expect(parts.reduce((sum, one) => sum + one.amount, 0n)).toBe(amount);
        const whole = mix.reduce((sum, { tokens, weight }) => sum + tokens * BigInt(weight), 0n);
        for (const { tokens, weight, amount: own } of parts) {
          expect(own > 0n).toBe(true);
          const distance = own * whole - amount * tokens * BigInt(weight);
          expect(distance < whole && distance > -whole).toBe(true);
        }
      }),
    );
  });

  it('sums over any charges, in any order, to what they come to', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(amounts, mixes), { maxLength: 8 }), (charges) => {
        const lines = charges.map(([amount, mix]) => ({ parts: overageParts(amount, mix) }));
        const totals = groupTotals(lines);
        expect(groupTotals([...lines].reverse())).toEqual(totals);
        expect(totals.reduce((sum, { amount }) => sum + amount, 0n)).toBe(charges.reduce((sum, [amount]) => sum + amount, 0n));
      }),
    );
  });

  it('has no part of what weighs nothing, and none where nobody knows what the hour is made of', () => {
    const mix = [
      { tokenClass: 'cached_input', tier: null, tokens: 900n, weight: 0 as BasisPoints },
      { tokenClass: 'output', tier: 'fast', tokens: 1n, weight: 10_000 as BasisPoints },
    ] as const;
    expect(overageParts(microUsd(7n), mix)).toEqual([{ ...mix[1], amount: 7n }]);
    expect(overageParts(microUsd(7n), [])).toEqual([]);
  });
});
