import fc from 'fast-check';
import { apportion } from './apportion.js';

const whole = fc.bigInt({ min: 0n, max: 10n ** 18n });
const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 15n }), { minLength: 1, maxLength: 12 });
const sum = (parts: readonly bigint[]): bigint => parts.reduce((all, part) => all + part, 0n);

describe('a whole in parts by weight', () => {
  it('is the sum of its parts, each within one unit of its exact share', () => {
    fc.assert(
      fc.property(whole, weights, (amount, shares) => {
        const parts = apportion(amount, shares);
        const total = sum(shares);
        expect(sum(parts)).toBe(total === 0n ? 0n : amount);
        parts.forEach((part, index) => {
          const distance = part * total - amount * shares[index]!;
          expect(part >= 0n && distance < (total || 1n) && distance > -(total || 1n)).toBe(true);
        });
      }),
    );
  });

  it('gives nothing to what weighs nothing', () => {
    fc.assert(
      fc.property(whole, weights, (amount, shares) => {
        apportion(amount, [...shares, 0n]).forEach((part, index) => expect(part === 0n || (shares[index] ?? 0n) > 0n).toBe(true));
      }),
    );
  });

  it.each([
    { amount: 10n, shares: [1n, 1n, 1n], parts: [4n, 3n, 3n] },
    { amount: 10n, shares: [1n, 2n, 3n], parts: [2n, 3n, 5n] },
    { amount: 1n, shares: [0n, 5n], parts: [0n, 1n] },
    { amount: 0n, shares: [3n, 4n], parts: [0n, 0n] },
    { amount: 7n, shares: [0n, 0n], parts: [0n, 0n] },
  ])('gives the rest to those who were cut off most: $amount by $shares', ({ amount, shares, parts }) => {
    expect(apportion(amount, shares)).toEqual(parts);
  });

  it('takes neither a whole nor a weight below zero', () => {
    expect(() => apportion(-1n, [1n])).toThrow('below zero');
    expect(() => apportion(1n, [-1n])).toThrow('below zero');
  });
});
