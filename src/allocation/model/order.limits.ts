import type { OrganizationId } from '../../kernel/ids.js';
import { BASIS_POINTS_WHOLE, divide } from '../../kernel/money.js';
import { quantity as toQuantity, type Quantity } from '../../kernel/quantity.js';
import type { Order } from './order.state.js';

/** The least of the limits that there are. */
export function least(limits: readonly (bigint | null)[]): bigint {
  return limits.reduce<bigint>(
    (smallest, limit) => (limit !== null && limit < smallest ? limit : smallest),
    limits[0] ?? 0n,
  );
}

/** Whether it matters who fills how much of the order. */
export const hasProviderLimit = ({ constraints }: Order): boolean => constraints.providerShareMax !== null;

/** What providers have filled, once one of them has filled more. */
export function plusOf(
  filled: Order['byProvider'],
  providerId: OrganizationId,
  quantity: Quantity,
): Order['byProvider'] {
  const before = filled.get(providerId) ?? 0n;
  return new Map(filled).set(providerId, toQuantity(before + quantity));
}

/** The most that one provider may fill of the order. */
export function providerRoom({ constraints, quantity }: Order): bigint | null {
  if (constraints.providerShareMax === null) return null;
  const share = BigInt(constraints.providerShareMax);
  return divide(quantity * share, BASIS_POINTS_WHOLE).quotient;
}
