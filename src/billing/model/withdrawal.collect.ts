import type { MicroUsd } from '../../kernel/money.js';
import type { WithdrawalCollected } from './card-money.events.js';
import type { Withdrawal } from './card-money.state.js';
import type { Balances } from './ledger.state.js';
import { drawn, post } from './postings.js';

/** A part of what is owed is paid: it has left already, so it goes nowhere. */
export function withdrawalCollected(
  books: Balances,
  { reference }: Withdrawal,
  amount: MicroUsd,
): WithdrawalCollected {
  const postings = post(books, [
    ...drawn(books, amount),
    ['receivable', amount],
  ]);
  return { type: 'WithdrawalCollected', reference, amount, postings };
}
