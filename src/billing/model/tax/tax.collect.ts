import type { MicroUsd } from '../../../kernel/money.js';
import type { Balances, OwedTax } from '../ledger.state.js';
import { collected as collectedLines, post } from '../postings.js';
import type { TaxCollected } from './tax.events.js';

/** A part of the tax that is owed is paid. */
export function taxCollected(books: Balances, { invoiceNumber }: OwedTax, amount: MicroUsd): TaxCollected {
  const postings = post(books, collectedLines(books, amount, 'taxes'));
  return { type: 'TaxCollected', invoiceNumber, amount, postings };
}
