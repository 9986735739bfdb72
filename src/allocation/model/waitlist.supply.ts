import type { OrganizationId, PoolId } from '../../kernel/ids.js';
import type { UnitPrice } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import { roomOfBuyer } from './buyer-room.js';
import { wholeLots } from './lot-size.rules.js';
import type { MarketState, PoolState } from './market.state.js';
import { Taking } from './match.taking.js';
import { meets } from './order.constraints.js';
import type { Order } from './order.state.js';
import { checkWindow } from './window.rules.js';

/**
 * What a resting bid could have taken of what came, had it waited then as it does now: of one of these
 * pools, sold by somebody else, in an ask at its limit or below that covers its window. Of what such an ask
 * sold, what lies in the window counts.
 */
export interface SupplyReach {
  readonly poolIds: readonly PoolId[];
  readonly buyerId: OrganizationId;
  readonly window: Window;
  readonly limitPrice: UnitPrice;
}

export function supplyReachOf({ pools }: MarketState, order: Order, now: Instant): SupplyReach {
  const { buyerId, window, limitPrice } = order;
  const open = [...pools.values()].filter((pool) => isOpenTo(pool, order, now));
  return { poolIds: open.map(({ facts }) => facts.poolId), buyerId, window, limitPrice };
}

/** Whether the pool still sells such a window (bids wait as long as the pool of the longest grid does), is what the bid insists on, and may sell a lot to its buyer. */
function isOpenTo(pool: PoolState, order: Order, now: Instant): boolean {
  const { facts, evidence } = pool;
  const { grid, attributes, lotSize } = facts;
  if (checkWindow(order.window, grid, now) !== null || !meets(order.constraints, attributes, evidence.level)) return false;
  const taken = new Taking(order, order).wanted(order.remaining, facts);
  return taken > 0n && wholeLots(taken, lotSize) > 0n && hasRoom(pool, order, now);
}

/** Under a cap what the buyer has leaves nothing; what is set aside may be released while the bid waits. */
function hasRoom(pool: PoolState, order: Order, now: Instant): boolean {
  const room = roomOfBuyer(pool, order, now);
  if (room === null || room.quantity > 0n) return true;
  return room.growsAt !== null && room.growsAt < order.expiresAt;
}
