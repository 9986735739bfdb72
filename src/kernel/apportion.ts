import { assert } from './assert.js';
import { divide } from './money.js';

/**
 * A whole in parts by weight: each exact share cut off, and what is missing one unit each to those who were cut
 * off most, of equals to the first (largest remainder). The parts sum to the whole, none is below zero, and one
 * without weight has nothing. Without any weight there is nothing to go by, and all parts are zero.
 *
 * @param whole not below zero
 * @param weights none below zero
 */
export function apportion(whole: bigint, weights: readonly bigint[]): readonly bigint[] {
  assert(whole >= 0n && weights.every((weight) => weight >= 0n), 'neither a whole nor a weight is below zero');
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total === 0n) return weights.map(() => 0n);
  const cut = weights.map((weight, index) => ({ index, ...divide(whole * weight, total) }));
  const missing = whole - cut.reduce((sum, { quotient }) => sum + quotient, 0n);
  const byRemainder = [...cut].sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  const raised = new Set(byRemainder.slice(0, Number(missing)).map(({ index }) => index));
  return cut.map(({ quotient, index }) => quotient + (raised.has(index) ? 1n : 0n));
}
