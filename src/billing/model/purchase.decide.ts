import { accept, type Decision, reject } from '../../kernel/decider.js';
import type { ReservationId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { Spending } from './controls/controls.commands.js';
import { paying } from './controls/credit-line.rules.js';
import type { Purchase } from './controls/purchase.js';
import { holdBack, refuse } from './controls/spend.rules.js';
import type { LedgerRejection, PaymentRefused } from './ledger.commands.js';
import type { LedgerEvent } from './ledger.events.js';
import { escrowOf, isFunded, isOver, reservedOf, type Ledger } from './ledger.state.js';
import { assertAmount, Draft, post } from './postings.js';

/** Somebody wants to buy something. */
export interface Asked {
  readonly purchase: Purchase;
  readonly spending: Spending;
  readonly now: Instant;
}

/** Pays for a purchase, refuses it, or has it wait for an approval. */
export function buy(asked: Asked, ledger: Ledger): Decision<LedgerEvent, LedgerRejection> {
  const refused = isOpen(asked, ledger);
  if (refused !== null) return reject(refused);
  return holdBack(asked, ledger) ?? accept(...pay(asked, ledger));
}

/** Why a purchase that was approved cannot be paid for now; null: it can. */
export function whyNot(asked: Asked, ledger: Ledger): LedgerRejection | null {
  return isOpen(asked, ledger) ?? refuse(asked, ledger);
}

/** Whether there is still something to pay for; null: there is. */
function isOpen({ purchase, now }: Asked, ledger: Ledger): LedgerRejection | null {
  switch (purchase.kind) {
    case 'order':
      assertAmount(purchase.amount);
      return isOver(ledger, purchase.orderId) ? { code: 'ORDER_CLOSED' } : null;
    case 'holds':
      return firstRefusal(purchase, now, ledger);
  }
}

/** A reservation is paid for once, also where it is named twice; what came back stays back. */
function firstRefusal(
  { sales }: Extract<Purchase, { readonly kind: 'holds' }>,
  now: Instant,
  ledger: Ledger,
): PaymentRefused | null {
  const named = new Set<ReservationId>();
  for (const [index, { reservationId, amount, window }] of sales.entries()) {
    assertAmount(amount);
    const isPaid = isFunded(ledger, reservationId) || named.has(reservationId);
    if (isPaid) return { code: 'PAYMENT_REFUSED', index, reason: 'ALREADY_FUNDED' };
    if (window.end <= now) return { code: 'PAYMENT_REFUSED', index, reason: 'WINDOW_OVER' };
    named.add(reservationId);
  }
  return null;
}

/** One transaction for each reservation, all in one decision. */
export function pay({ purchase, spending, now }: Asked, ledger: Ledger): readonly LedgerEvent[] {
  const { spender } = spending;
  const spent = { spender, at: now };
  if (purchase.kind === 'order') {
    const { kind: _kind, ...funds } = purchase;
    const { orderId, amount } = funds;
    const lines = [...paying(ledger, amount), [reservedOf(orderId), amount] as const];
    return [{ type: 'FundsReserved', ...funds, spent, postings: post(ledger, lines) }];
  }
  const draft = new Draft(ledger);
  return purchase.sales.map((sale) => {
    const { reservationId, amount } = sale;
    const postings = post(draft, [...paying(draft, amount), [escrowOf(reservationId), amount]]);
    draft.add(postings);
    return { type: 'EscrowFunded', orderId: null, quoteId: purchase.quoteId, ...sale, spent, postings };
  });
}
