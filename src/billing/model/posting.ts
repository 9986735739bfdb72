import type { MicroUsd } from '../../kernel/money.js';
import type { Account } from './ledger.state.js';

/** One line of a transaction: credits are positive. */
export interface Posting {
  readonly account: Account;
  readonly amount: MicroUsd;
  /** Of the account, after this line. */
  readonly balance: MicroUsd;
}

/** What every event of the books has. */
export interface Posted {
  readonly postings: readonly Posting[];
}
