import type { MarketEvent } from '../../../allocation/contract.js';
import type { OrderId } from '../../../kernel/ids.js';
import type { LedgerEvent } from '../ledger.events.js';
import type { Account } from '../ledger.state.js';

interface OrderMoney {
  /** All that the market was told is there for it, and what of it is spent. */
  reserved: bigint;
  spent: bigint;
  /** What the books have set aside. */
  held: bigint;
  /** Whether everybody who moves its money has heard of all that happened. */
  isSettled: boolean;
}

/**
 * What is set aside for an order is what it may still cost: more of it only while whoever gives it back, or
 * brings it to the market, has not heard of it yet; less of it never.
 */
export class OrderMoneyAudit {
  private readonly orders = new Map<OrderId, OrderMoney>();

  /** `isRead`: by the process that tells the market. */
  seeBooks(event: LedgerEvent, isRead: boolean): void {
    if (event.type === 'FundsReserved') this.heard(event.orderId, isRead);
    for (const { account, balance } of event.postings) {
      const orderId = orderOf(account);
      if (orderId !== null) this.of(orderId).held = balance;
    }
  }

  /** `isRead`: by the process that moves the money. */
  seeMarket(event: MarketEvent, isRead: boolean): void {
    switch (event.type) {
      case 'OrderPlaced':
      case 'AuctionBidPlaced':
        this.of(event.orderId).reserved = event.reserved;
        return;
      case 'OrderFilled':
        this.of(event.orderId).spent += event.amount;
        return this.heard(event.orderId, isRead);
      case 'OrderAmended':
        this.of(event.orderId).reserved = event.reserved;
        return this.heard(event.orderId, isRead);
      case 'AuctionBidWithdrawn':
      case 'OrderClosed':
        this.of(event.orderId).reserved = this.of(event.orderId).spent;
        return this.heard(event.orderId, isRead);
      default:
        return;
    }
  }

  /** What is wrong, or null. */
  end(): string | null {
    for (const [orderId, { reserved, spent, held, isSettled }] of this.orders) {
      const due = reserved - spent;
      if (held < due) return `I3: ${held} is set aside for ${orderId}, which may cost ${due}`;
      if (held > due && isSettled) return `I3: ${held} is set aside for ${orderId}, which may cost ${due}: it hangs`;
    }
    return null;
  }

  private heard(orderId: OrderId, isRead: boolean): void {
    if (!isRead) this.of(orderId).isSettled = false;
  }

  private of(orderId: OrderId): OrderMoney {
    const known = this.orders.get(orderId);
    if (known !== undefined) return known;
    const fresh = { reserved: 0n, spent: 0n, held: 0n, isSettled: true };
    this.orders.set(orderId, fresh);
    return fresh;
  }
}

const PREFIX = 'reserved:';
const orderOf = (account: Account): OrderId | null =>
  account.startsWith(PREFIX) ? (account.slice(PREFIX.length) as OrderId) : null;
