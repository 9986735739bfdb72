import { accept, reject, type Decision } from '../../kernel/decider.js';
import type { ReservationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { FundEscrows, LedgerRejection, PaymentRefused } from './ledger.commands.js';
import type { EscrowFunded, LedgerEvent } from './ledger.events.js';
import { balanceOf, escrowOf, isFunded, type Ledger } from './ledger.state.js';
import { assertAmount, Draft, post } from './postings.js';

/** One transaction for each reservation, all in one decision: the wallet covers them all, or none. */
export function fundEscrows(
  command: FundEscrows,
  ledger: Ledger,
): Decision<LedgerEvent, LedgerRejection> {
  const refusal = firstRefusal(command, ledger);
  if (refusal !== null) return reject(refusal);
  const { sales, quoteId } = command;
  const due = sales.reduce((sum, { amount }) => sum + amount, 0n) as MicroUsd;
  const balance = balanceOf(ledger, 'wallet');
  if (balance < due) return reject({ code: 'INSUFFICIENT_FUNDS', balance, due });
  const draft = new Draft(ledger);
  return accept(
    ...sales.map((sale): EscrowFunded => {
      const postings = post(draft, [
        ['wallet', -sale.amount],
        [escrowOf(sale.reservationId), sale.amount],
      ]);
      draft.add(postings);
      return { type: 'EscrowFunded', orderId: null, quoteId, ...sale, postings };
    }),
  );
}

/** A reservation is paid for once, also where it is named twice. */
function firstRefusal({ sales, now }: FundEscrows, ledger: Ledger): PaymentRefused | null {
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
