import { BASIS_POINTS_WHOLE, divide } from '../../kernel/money.js';
import type { Order } from './order.state.js';

/** The least of the limits that there are. */
export function least(limits: readonly (bigint | null)[]): bigint {
  return limits.reduce<bigint>(
    (smallest, limit) => (limit !== null && limit < smallest ? limit : smallest),
    limits[0] ?? 0n,
  );
}

/** What is left of a limit; null: there is none. */
export const minus = (limit: bigint | null, taken = 0n): bigint | null =>
  limit === null ? null : limit - taken;

/** The most that one provider may fill of the order. */
export function providerRoom({ constraints, quantity }: Order): bigint | null {
  if (constraints.providerShareMax === null) return null;
  const share = BigInt(constraints.providerShareMax);
  return divide(quantity * share, BASIS_POINTS_WHOLE).quotient;
}
