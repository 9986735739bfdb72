import fc from 'fast-check';
import { divide, divideHalfEven, formatUsd, parseUsd, shareOf } from './money.js';
import type { BasisPoints, MicroUsd } from './money.js';

describe('money', () => {
  it.each([
    // amount   divisor  half-even
    [5n, 10n, 0n],
    [15n, 10n, 2n],
    [25n, 10n, 2n],
    [26n, 10n, 3n],
    [-5n, 10n, 0n],
    [-15n, 10n, -2n],
    [-26n, 10n, -3n],
  ])('%s / %s rounds half to even to %s', (dividend, divisor, expected) => {
    expect(divideHalfEven(dividend, divisor)).toBe(expected);
  });

  it('gives back every unit it divides', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt({ min: 1n, max: 10n ** 20n }), (dividend, divisor) => {
        const { quotient, remainder } = divide(dividend, divisor);
        expect(quotient * divisor + remainder).toBe(dividend);
        expect(remainder >= 0n && remainder < divisor).toBe(true);
      }),
    );
  });

  it.each([
    ['0', 0n, '0.00'],
    ['12.5', 12_500_000n, '12.50'],
    ['0.000001', 1n, '0.000001'],
    ['-3.10', -3_100_000n, '-3.10'],
    ['100', 100_000_000n, '100.00'],
    ['1.234', 1_234_000n, '1.234'],
  ])('reads %s', (text, micro, shown) => {
    expect(parseUsd(text)).toEqual({ ok: true, value: micro });
    expect(formatUsd(micro)).toBe(shown);
  });

  it.each(['', '1.', '.5', '1e3', '0.0000001', '1,000', 'NaN', '1 000', '--1'])(
    'refuses %p',
    (text) => {
      expect(parseUsd(text).ok).toBe(false);
    },
  );

  it('is not what binary fractions make of it: 0.1 + 0.2 is 0.3', () => {
    const read = (text: string): bigint => {
      const amount = parseUsd(text);
      if (!amount.ok) throw new Error(amount.error);
      return amount.value;
    };
    expect(read('0.1') + read('0.2')).toBe(read('0.3'));
    expect(formatUsd(read('0.1') + read('0.2'))).toBe('0.30');
    // Above 2^53 too, where a number has lost the last place.
    expect(formatUsd(2n ** 53n + 1n)).toBe('9007199254.740993');
  });

  it('survives the trip through text', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), (micro) => {
        expect(parseUsd(formatUsd(micro as MicroUsd))).toEqual({ ok: true, value: micro });
      }),
    );
  });

  it('takes shares in basis points', () => {
    expect(shareOf(1_000_000n as MicroUsd, 250 as BasisPoints)).toBe(25_000n);
    expect(shareOf(3n as MicroUsd, 5_000 as BasisPoints)).toBe(2n);
  });
});
