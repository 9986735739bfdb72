import { accept, type Decision } from '../../../kernel/decider.js';
import { ZERO_USD, type MicroUsd } from '../../../kernel/money.js';
import { collectDues } from '../dues.decide.js';
import type { LedgerRejection } from '../ledger.commands.js';
import type { LedgerEvent } from '../ledger.events.js';
import type { Ledger } from '../ledger.state.js';
import { assertAmount, forgiven as forgivenLines, meansOf, owing, post } from '../postings.js';
import type { ChargeTax, ReturnTax } from './tax.commands.js';

type Decided = Decision<LedgerEvent, LedgerRejection>;

const least = (a: bigint, b: bigint): MicroUsd => (a < b ? a : b) as MicroUsd;

/** As overage: from seller payable, then the wallet; what they cannot cover is owed. */
export function chargeTax({ invoiceNumber, amount, now: chargedAt }: ChargeTax, ledger: Ledger): Decided {
  assertAmount(amount, 1n);
  const collected = least(amount, meansOf(ledger));
  const postings = post(ledger, owing(ledger, { amount, collected, to: 'taxes' }));
  return accept({ type: 'TaxCharged', invoiceNumber, chargedAt, amount, collected, postings });
}

/** What is owed of it falls first; what was paid is back in the wallet, and pays what else is owed. */
export function returnTax({ documentNumber, invoiceNumber, amount }: ReturnTax, ledger: Ledger): Decided {
  assertAmount(amount, 1n);
  const due = ledger.taxes.get(invoiceNumber);
  const owed = due === undefined ? ZERO_USD : due.charged - due.collected;
  const forgiven = least(amount, owed);
  const back = amount - forgiven;
  const postings = post(ledger, [...forgivenLines(forgiven), ['taxes', -back], ['wallet', back]]);
  const returned = { documentNumber, invoiceNumber, amount, forgiven, postings } as const;
  // Something comes back only where nothing of this tax is owed any more.
  const taxes = new Map(ledger.taxes);
  taxes.delete(invoiceNumber);
  const dues = back === 0n ? [] : collectDues({ ...ledger, taxes }, postings);
  return accept<LedgerEvent>({ type: 'TaxReturned', ...returned }, ...dues);
}
