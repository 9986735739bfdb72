import type { RawWindow } from './pool-book.js';

export const HOUR = 3_600_000n;

/** Half to even, written out once more so that the product's own rounding is checked as well. */
export function roundedShare(whole: bigint, numerator: bigint, denominator: bigint): bigint {
  const product = whole * numerator;
  const [down, rest] = [product / denominator, (product % denominator) * 2n];
  const isUp = rest > denominator || (rest === denominator && down % 2n === 1n);
  return isUp ? down + 1n : down;
}

/** Rounded up, written out once more. */
export function worstCase(price: bigint, quantity: number, { start, end }: RawWindow): bigint {
  const product = price * BigInt(quantity) * BigInt(end - start);
  return (product + HOUR - 1n) / HOUR;
}
