import { accept, reject, type Decision } from '../../kernel/decider.js';
import { MICRO_USD_MAX, type MicroUsd } from '../../kernel/money.js';
import { quantity as toQuantity, type Quantity } from '../../kernel/quantity.js';
import { plus, type Duration, type Instant } from '../../kernel/time.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { checkOrderLots } from './lot-size.rules.js';
import type { AmendOrder, CancelOrder, PlaceOrder } from './market.commands.js';
import type { MarketEvent, OrderAmended } from './market.events.js';
import type { MarketRejection } from './market.rejections.js';
import type { MarketState } from './market.state.js';
import { closeOrder } from './match.js';
import { Matching } from './matching.js';
import { mostFillable, whole } from './order.fillable.js';
import { checkOrderWindow } from './order.reach.js';
import { isAllOrNone, NOTHING_FILLED, type Order } from './order.state.js';
import { costUpTo } from './titles.js';

type Decided = Decision<MarketEvent, MarketRejection>;

/** Fills what can be filled at once; what is left rests, or ends, as its time in force says. */
export function placeOrder(command: PlaceOrder, state: MarketState): Decided {
  const coarsest = coarsestGrid(state);
  if (coarsest === null) return reject({ code: 'MARKET_NOT_FOUND' });
  const { now, timeInForce } = command;
  const misfit =
    checkOrderLots(state.pools, command) ??
    checkOrderWindow(state.pools, command, now) ??
    checkOrder(command);
  if (misfit !== null) return reject(misfit);
  const order = orderOf(command, state, coarsest);
  const isWhole = timeInForce.kind === 'FOK';
  const sought = isWhole ? whole(order, order.quantity) : order;
  const matching = new Matching(state, command);
  if (isWhole) {
    const available = mostFillable(state, matching, sought);
    if (available < order.quantity) return reject({ code: 'NOT_FILLABLE', available });
  }
  matching.serve([sought]);
  return accept(placed(command, order), ...outcomeOf(command, order, matching));
}

/** Of the market's pools; null where there is none. */
function coarsestGrid({ pools }: MarketState): Duration | null {
  let coarsest: Duration | null = null;
  for (const { facts } of pools.values()) {
    if (coarsest === null || facts.grid > coarsest) coarsest = facts.grid;
  }
  return coarsest;
}

function checkOrder(command: PlaceOrder): MarketRejection | null {
  const { timeInForce, now, limitPrice, quantity, window, reserved } = command;
  if (timeInForce.kind === 'GTD' && timeInForce.until <= now) {
    return { code: 'EXPIRY_IN_PAST', now };
  }
  const due = costUpTo(limitPrice, quantity, window);
  if (due > MICRO_USD_MAX) return { code: 'AMOUNT_TOO_LARGE', amountMax: MICRO_USD_MAX };
  return reserved === due ? null : { code: 'PAYMENT_MISMATCH', due };
}

/** Of every grid in the market, the coarsest says how long the first cell can be bought. */
function orderOf(command: PlaceOrder, state: MarketState, coarsest: Duration): Order {
  const { timeInForce, window, quantity } = command;
  const lastChance = plus(window.start, coarsest);
  const until = timeInForce.kind === 'GTD' ? timeInForce.until : lastChance;
  return {
    orderId: command.orderId,
    buyerId: command.buyerId,
    window,
    quantity,
    limitPrice: command.limitPrice,
    constraints: command.constraints,
    minimumFill: command.minimumFill,
    reserved: command.reserved,
    sequence: state.nextSequence,
    expiresAt: Math.min(until, lastChance) as Instant,
    isAllOrNone: isAllOrNone(command),
    remaining: quantity,
    spent: 0n as MicroUsd,
    fills: 0,
    byProvider: NOTHING_FILLED,
  };
}

function placed({ timeInForce, now }: PlaceOrder, order: Order): MarketEvent {
  return {
    type: 'OrderPlaced',
    orderId: order.orderId,
    buyerId: order.buyerId,
    window: order.window,
    quantity: order.quantity,
    limitPrice: order.limitPrice,
    constraints: order.constraints,
    minimumFill: order.minimumFill,
    timeInForce,
    reserved: order.reserved,
    expiresAt: order.expiresAt,
    placedAt: now,
  };
}

/** What it leads to, and what becomes of what is not filled at once. */
function outcomeOf(
  { timeInForce }: PlaceOrder,
  order: Order,
  matching: Matching,
): readonly MarketEvent[] {
  const rests = timeInForce.kind === 'GTC' || timeInForce.kind === 'GTD';
  if (rests || matching.remainingOf(order) === 0n) return matching.outcome();
  matching.rooms.looksAt(order);
  return [...matching.outcome(), closeOrder(order, 'unfilled', matching.spentOn(order))];
}

export function cancelOrder({ orderId, buyerId }: CancelOrder, state: MarketState): Decided {
  const order = ownOrder(state, orderId, buyerId);
  if (order === null) return reject({ code: 'ORDER_NOT_FOUND' });
  return accept(closeOrder(order, 'cancelled', order.spent));
}

/** A smaller quantity at the same price keeps its place; anything else is as new. */
export function amendOrder(command: AmendOrder, state: MarketState): Decided {
  const { orderId, buyerId, quantity, limitPrice, now } = command;
  const order = ownOrder(state, orderId, buyerId);
  if (order === null || order.expiresAt <= now) return reject({ code: 'ORDER_NOT_FOUND' });
  const filled = toQuantity(order.quantity - order.remaining);
  const misfit = checkAmended(state, order, { quantity, filled });
  if (misfit !== null) return reject(misfit);
  const remaining = toQuantity(quantity - filled);
  const reserved = (order.spent + costUpTo(limitPrice, remaining, order.window)) as MicroUsd;
  if (reserved > MICRO_USD_MAX) return reject({ code: 'AMOUNT_TOO_LARGE', amountMax: MICRO_USD_MAX });
  const released = (order.reserved + command.raised - reserved) as MicroUsd;
  if (released < 0n) {
    const due = (reserved - order.reserved) as MicroUsd;
    return reject({ code: 'PAYMENT_MISMATCH', due });
  }
  const minimumFill = leastAt(order, quantity);
  const keepsPriority = quantity <= order.quantity && limitPrice === order.limitPrice;
  const amended: OrderAmended = {
    type: 'OrderAmended',
    ...{ orderId, buyerId, quantity, limitPrice, minimumFill, remaining, reserved, keepsPriority },
    released,
    amendedAt: now,
  };
  const sequence = keepsPriority ? order.sequence : state.nextSequence;
  const matching = new Matching(state, command);
  matching.serve([{ ...order, quantity, minimumFill, limitPrice, remaining, reserved, sequence }]);
  return accept(amended, ...matching.outcome());
}

/**
 * All or none stays all or none; any other least stays what its buyer said, above the quantity too: of less than
 * it, it is all that is left.
 */
const leastAt = ({ isAllOrNone: isWhole, minimumFill }: Order, quantity: Quantity): Quantity =>
  isWhole ? quantity : minimumFill;

/** What is left to fill is in lots, as if it were ordered now; told as the whole quantity. */
function checkAmended(
  { pools }: MarketState,
  { constraints }: Order,
  { quantity: whole, filled }: Readonly<Record<'quantity' | 'filled', Quantity>>,
): MarketRejection | null {
  if (whole <= filled) return { code: 'ALREADY_FILLED', filled };
  const quantity = toQuantity(whole - filled);
  const odd = checkOrderLots(pools, { quantity, minimumFill: quantity, constraints });
  if (odd === null) return null;
  const asWhole = (left: Quantity): Quantity => toQuantity(left + filled);
  return { ...odd, below: odd.below && asWhole(odd.below), above: asWhole(odd.above) };
}

function ownOrder(
  state: MarketState,
  orderId: Order['orderId'],
  buyerId: OrganizationId,
): Order | null {
  const order = state.orders.get(orderId);
  return order?.buyerId === buyerId ? order : null;
}
