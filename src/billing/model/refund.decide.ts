import { present } from '../../kernel/assert.js';
import { accept, reject, type Decision } from '../../kernel/decider.js';
import { ZERO_USD, type MicroUsd } from '../../kernel/money.js';
import type { RefundRejection, ReserveRefund, SettleRefund } from './card-money.commands.js';
import { owedOf } from './controls/credit-line.rules.js';
import { collectDues } from './dues.decide.js';
import type { LedgerRejection } from './ledger.commands.js';
import type { LedgerEvent } from './ledger.events.js';
import { balanceOf, refundAccountOf, type Ledger } from './ledger.state.js';
import { assertAmount, post } from './postings.js';

type Decided = Decision<LedgerEvent, LedgerRejection>;

/** Only what the wallet can spend now, and only as much as the top-up brought and still has here. */
export function reserveRefund(
  { refundId, topUpId, amount }: ReserveRefund,
  ledger: Ledger,
): Decided {
  assertAmount(amount, 1n);
  if (ledger.refunds.has(refundId)) return accept();
  const refusal = refusalOf(ledger, topUpId, amount);
  if (refusal !== null) return reject(refusal);
  const balance = balanceOf(ledger, 'wallet');
  // Nothing is drawn on a credit line to go to a card.
  const line = { owed: owedOf(ledger), creditUnused: ZERO_USD, frozenBy: null };
  if (balance < amount) return reject({ code: 'INSUFFICIENT_FUNDS', balance, due: amount, ...line });
  const postings = post(ledger, [
    ['wallet', -amount],
    [refundAccountOf(refundId), amount],
  ]);
  return accept({ type: 'RefundReserved', refundId, topUpId, amount, postings });
}

function refusalOf(ledger: Ledger, topUpId: string, amount: MicroUsd): RefundRejection | null {
  const brought = ledger.topUps.get(topUpId);
  if (brought === undefined) return { code: 'TOP_UP_NOT_FOUND' };
  const withdrawn = [...ledger.withdrawals.values()].filter((one) => one.topUpId === topUpId);
  // Stripe refuses as well: the bank of the card has the money, or decides about it.
  if (withdrawn.some(({ cause, taken }) => cause === 'dispute' && taken > 0n)) {
    return { code: 'TOP_UP_DISPUTED' };
  }
  const gone = [...ledger.refunds.values()]
    .filter((one) => one.topUpId === topUpId && one.status !== 'returned')
    .reduce((sum, one) => sum + one.amount, 0n);
  const taken = withdrawn.reduce((sum, one) => sum + one.taken, 0n);
  const available = (brought - gone - taken) as MicroUsd;
  return amount > available ? { code: 'REFUND_TOO_HIGH', available } : null;
}

/** Messages come in any order: what was returned once stays so, whatever is told of it later. */
export function settleRefund({ refundId, outcome }: SettleRefund, ledger: Ledger): Decided {
  const { topUpId, amount, status } = present(ledger.refunds.get(refundId), `refund ${refundId}`);
  if (status === 'returned' || status === outcome) return accept();
  const from = status === 'reserved' ? refundAccountOf(refundId) : 'external';
  const facts = { refundId, topUpId, amount };
  if (outcome === 'paid') {
    const postings = post(ledger, [
      [from, -amount],
      ['external', amount],
    ]);
    return accept({ type: 'RefundPaid', ...facts, postings });
  }
  const postings = post(ledger, [
    [from, -amount],
    ['wallet', amount],
  ]);
  return accept<LedgerEvent>(
    { type: 'RefundReturned', ...facts, postings },
    ...collectDues(ledger, postings),
  );
}
