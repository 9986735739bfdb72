import type { OrderId, QuoteId } from '../../../kernel/ids.js';
import type { MicroUsd } from '../../../kernel/money.js';
import type { Sale } from '../ledger.commands.js';

/** What was asked for, whole: it is decided again when it is approved. */
export type Purchase =
  /** Money for an order in the book, or a bid in an auction. `amount`: what is set aside in addition. */
  | { readonly kind: 'order'; readonly orderId: OrderId; readonly amount: MicroUsd; readonly request: string }
  /** Holds of listings, of a plan, or of a quote. */
  | { readonly kind: 'holds'; readonly quoteId: QuoteId | null; readonly sales: readonly Sale[] };

export function costOf(purchase: Purchase): MicroUsd {
  if (purchase.kind === 'order') return purchase.amount;
  return purchase.sales.reduce((sum, { amount }) => sum + amount, 0n) as MicroUsd;
}
