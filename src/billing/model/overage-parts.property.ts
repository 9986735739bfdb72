import fc from 'fast-check';
import { microUsd, type BasisPoints } from '../../kernel/money.js';
import { TOKEN_CLASSES, type MixPart } from '../../metering/contract.js';
import { addParts, asCredit, compareGroups, groupTotals, overageParts, partsBack, shareOfParts, splitParts, type OveragePart } from './overage-parts.js';

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

const sumOf = (parts: readonly OveragePart[]): bigint => parts.reduce((sum, { amount }) => sum + amount, 0n);
const sameAmounts = (one: readonly OveragePart[], other: readonly OveragePart[]): boolean =>
  JSON.stringify(one.map((part) => [groupOf(part), String(part.amount)])) === JSON.stringify(other.map((part) => [groupOf(part), String(part.amount)]));

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

  it('comes back by parts that sum to what comes back, none above what was charged for it, whatever became of the hour', () => {
    let exact = 0;
    const changes = fc.array(fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 15n }).map(microUsd), mixes), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(changes, fc.nat(100), (totals, percent) => {
        let charged: readonly OveragePart[] = [];
        for (const [total, mix] of totals) {
          const before = sumOf(charged);
          if (total >= before) {
            charged = addParts(charged, overageParts(microUsd(total - before), mix));
            continue;
          }
          const back = partsBack(charged, total, mix);
          expect([sumOf(back), back.every(({ amount }) => amount > 0n)]).toEqual([before - total, true]);
          // In shares, and as money comes in: nothing is lost between them.
          const [share, others] = shareOfParts(back, (sumOf(back) * BigInt(percent)) / 100n);
          const [first, rest] = splitParts(others, sumOf(others) / 3n);
          expect([sumOf(first), sumOf(addParts(addParts(share, first), rest))]).toEqual([sumOf(others) / 3n, sumOf(back)]);
          charged = addParts(charged, asCredit([...share, ...first, ...rest]));
          expect([sumOf(charged), charged.every(({ amount }) => amount > 0n)]).toEqual([total, true]);
          exact += Number(sameAmounts(charged, overageParts(total, mix)));
        }
      }),
    );
    expect(exact).toBeGreaterThan(0);
  });

  it('that falls is, class by class, what the hour as it is known now is charged for', () => {
    fc.assert(
      fc.property(amounts, mixes, fc.bigInt({ min: 0n, max: 10n ** 15n }).map(microUsd), (amount, mix, total) => {
        if (total >= amount) return;
        // Fewer tokens in the same proportion.
        const charged = overageParts(amount, mix);
        const back = partsBack(charged, total, mix);
        const left = addParts(charged, asCredit(back));
        for (const { amount: own, ...group } of left) {
          const due = overageParts(total, mix).find((one) => compareGroups(one, group) === 0)?.amount ?? 0n;
          expect(own >= due - 1n && own <= due + 1n).toBe(true);
        }
        expect(partsBack([], total, mix)).toEqual([]);
      }),
    );
  });

  it('is told with what came back of it', () => {
    const mix = [{ tokenClass: 'output', tier: 'fast', tokens: 9n, weight: 10_000 as BasisPoints }] as const;
    const [charged, back] = [overageParts(microUsd(7n), mix), asCredit(overageParts(microUsd(3n), mix))];
    expect(groupTotals([{ parts: back }, { parts: charged }])).toEqual([{ tokenClass: 'output', tier: 'fast', count: 1, amount: 7n, credited: 3n }]);
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
