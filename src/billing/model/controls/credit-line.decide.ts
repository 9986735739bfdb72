import { accept, type Decision } from '../../../kernel/decider.js';
import type { MicroUsd } from '../../../kernel/money.js';
import type { LedgerRejection } from '../ledger.commands.js';
import type { LedgerEvent } from '../ledger.events.js';
import { balanceOf, type Balances, type Ledger } from '../ledger.state.js';
import { post } from '../postings.js';
import type {
  BillCreditLine,
  FreezeCreditLine,
  SetCreditLine,
  UnbillCreditLine,
} from './controls.commands.js';
import type { CreditLineRepaid } from './controls.events.js';
import type { Bill } from './controls.state.js';
import { billedOf, CREDIT_LINE, drawnOf, outstanding } from './credit-line.rules.js';

type Decided = Decision<LedgerEvent, LedgerRejection>;

const least = (a: bigint, b: bigint): MicroUsd => (a < b ? a : b) as MicroUsd;

/** What is drawn stays owed, whatever becomes of the line. */
export function setCreditLine({ line }: SetCreditLine, { controls }: Ledger): Decided {
  const { creditLine: before } = controls;
  if (line === null && before === null) return accept();
  return accept({ type: 'CreditLineSet', line, before, postings: [] });
}

/** No more than the invoice comes to, and no more than is drawn and not due yet. */
export function billCreditLine(
  { invoiceNumber, charged, dueAt }: BillCreditLine,
  ledger: Ledger,
): Decided {
  const { bills } = ledger.controls;
  const amount = least(charged, drawnOf(ledger) - billedOf(bills));
  const isKnown = bills.some((bill) => bill.invoiceNumber === invoiceNumber);
  if (isKnown || amount <= 0n) return accept();
  return accept({ type: 'CreditLineBilled', invoiceNumber, amount, dueAt, postings: [] });
}

export function unbillCreditLine({ invoiceNumber }: UnbillCreditLine, { controls }: Ledger): Decided {
  const bill = controls.bills.find((one) => one.invoiceNumber === invoiceNumber);
  if (bill === undefined) return accept();
  return accept({ type: 'CreditLineUnbilled', invoiceNumber, amount: outstanding(bill), postings: [] });
}

/** Purchases look at what is due themselves; this says so, once for each invoice. */
export function freezeCreditLine({ invoiceNumber, now }: FreezeCreditLine, { controls }: Ledger): Decided {
  const bill = controls.bills.find((one) => one.invoiceNumber === invoiceNumber);
  if (bill === undefined || bill.dueAt > now) return accept();
  const { dueAt } = bill;
  return accept({ type: 'CreditLineFrozen', invoiceNumber, overdue: outstanding(bill), dueAt, postings: [] });
}

/** Money in the wallet pays what is due with invoices, the oldest first. */
export function repayBilled(books: Balances, bills: readonly Bill[]): CreditLineRepaid | null {
  let left = balanceOf(books, 'wallet') as bigint;
  const paid = bills.flatMap((bill) => {
    const amount = least(outstanding(bill), left);
    left -= amount;
    return amount > 0n ? [{ invoiceNumber: bill.invoiceNumber, amount }] : [];
  });
  const amount = paid.reduce((sum, one) => sum + one.amount, 0n) as MicroUsd;
  return amount === 0n ? null : repaid(books, amount, paid);
}

/** And then what is not due yet: while anything is drawn, the wallet is empty. */
export function repayRest(books: Balances): CreditLineRepaid | null {
  const amount = least(drawnOf(books), balanceOf(books, 'wallet'));
  return amount <= 0n ? null : repaid(books, amount, []);
}

function repaid(books: Balances, amount: MicroUsd, bills: CreditLineRepaid['bills']): CreditLineRepaid {
  const postings = post(books, [
    ['wallet', -amount],
    [CREDIT_LINE, amount],
  ]);
  return { type: 'CreditLineRepaid', amount, bills, postings };
}
