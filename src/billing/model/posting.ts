import type { MicroUsd } from '../../kernel/money.js';
import type { Account } from './ledger.state.js';

/** The books are in one currency. A second one would need an exchange rate as a posting of its own. */
export const CURRENCY = 'USD' as const;
export type Currency = typeof CURRENCY;

/** One line of a transaction: credits are positive. */
export interface Posting {
  readonly account: Account;
  readonly amount: MicroUsd;
  /** Of the account, after this line. */
  readonly balance: MicroUsd;
  /** Of both. */
  readonly currency: Currency;
}

/** What every event of the books has. */
export interface Posted {
  readonly postings: readonly Posting[];
}
