import type { OrderId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import { DAY_MS, plus, type Instant } from '../../kernel/time.js';
import type { FundsReleased, FundsReserved } from './ledger.events.js';
import type { Ledger, OrderFunds } from './ledger.state.js';

const NOTHING = 0n as MicroUsd;
const NEW: OrderFunds = { total: NOTHING, captured: NOTHING, released: NOTHING, endedAt: null };

const sum = (a: MicroUsd, b: MicroUsd): MicroUsd => (a + b) as MicroUsd;

export function fundsReserved(ledger: Ledger, { orderId, amount }: FundsReserved): Ledger {
  const known = ledger.orders.get(orderId) ?? NEW;
  ledger.orders.set(orderId, { ...known, total: sum(known.total, amount) });
  return ledger;
}

/** A fill at no price may belong to an order for which nothing had to be set aside. */
export function fundsCaptured(ledger: Ledger, orderId: OrderId, amount: MicroUsd): Ledger {
  const known = ledger.orders.get(orderId);
  if (known === undefined) return ledger;
  return keep(ledger, orderId, { ...known, captured: sum(known.captured, amount) });
}

export function fundsReleased(ledger: Ledger, event: FundsReleased): Ledger {
  const { orderId, amount } = event;
  const known = ledger.orders.get(orderId) ?? NEW;
  const endedAt = known.endedAt ?? event.endedAt;
  keep(ledger, orderId, { ...known, released: sum(known.released, amount), endedAt });
  return event.endedAt === null ? ledger : forgetOrders(ledger, event.endedAt);
}

/** An order is kept until it is over and nothing is left for fills that are not booked yet. */
function keep(ledger: Ledger, orderId: OrderId, funds: OrderFunds): Ledger {
  const { total, captured, released, endedAt } = funds;
  if (endedAt === null || total > captured + released) {
    ledger.orders.set(orderId, funds);
    return ledger;
  }
  ledger.orders.delete(orderId);
  ledger.closedOrders.set(orderId, endedAt);
  return ledger;
}

/** Looks no further than the first that is too young: they stand about in the order they ended. */
function forgetOrders(ledger: Ledger, passed: Instant): Ledger {
  for (const [orderId, endedAt] of ledger.closedOrders) {
    if (plus(endedAt, DAY_MS) > passed) break;
    ledger.closedOrders.delete(orderId);
  }
  return ledger;
}
