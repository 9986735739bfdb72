import type { OrganizationId, PoolId } from '../../kernel/ids.js';
import { quantity as toQuantity, type Quantity } from '../../kernel/quantity.js';
import type { Listing } from './market.state.js';
import type { Order } from './order.state.js';

/** One match that is possible. */
export interface Match {
  readonly listing: Listing;
  readonly quantity: Quantity;
}

/** How far an order has come by matches of the same decision. */
export type Progress = Pick<Order, 'remaining' | 'spent' | 'fills'> & {
  readonly byProvider: ReadonlyMap<OrganizationId, Quantity>;
};

export const positionKey = (poolId: PoolId, holderId: OrganizationId): string =>
  `${poolId} ${holderId}`;

export function totalOf(matches: readonly Match[]): Quantity {
  return toQuantity(matches.reduce((sum, { quantity }) => sum + quantity, 0n));
}
