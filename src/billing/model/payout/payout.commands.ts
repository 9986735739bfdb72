import type { MicroUsd } from '../../../kernel/money.js';
import type { Instant } from '../../../kernel/time.js';

interface Timed {
  readonly now: Instant;
}

/** The organization can be paid out from now on. */
export interface OpenPayouts extends Timed {
  readonly type: 'OpenPayouts';
}

/** Pays out what is due by the seller's rule. */
export interface StartPayout extends Timed {
  readonly type: 'StartPayout';
  readonly payoutId: string;
  readonly minimum: MicroUsd;
  readonly holdBackDays: number;
}

/** What Stripe says of a payout's transfer: that it exists, and all that came back of it so far. */
export interface SettlePayout extends Timed {
  readonly type: 'SettlePayout';
  readonly payoutId: string;
  readonly transferId: string;
  readonly amount: MicroUsd;
  readonly reversals: readonly { readonly reversalId: string; readonly amount: MicroUsd }[];
}

/** Stripe refused for good, and did nothing. */
export interface FailPayout extends Timed {
  readonly type: 'FailPayout';
  readonly payoutId: string;
  readonly reason: string;
}

/** Earned money is to be spent here instead. */
export interface KeepEarnings extends Timed {
  readonly type: 'KeepEarnings';
  readonly amount: MicroUsd;
}

export type PayoutCommand = OpenPayouts | StartPayout | SettlePayout | FailPayout | KeepEarnings;

/** Why, in the order in which reasons are looked for. */
export type PayoutRejection =
  | { readonly code: 'PAYOUTS_NOT_OPEN' }
  | { readonly code: 'NOTHING_DUE'; readonly due: MicroUsd; readonly minimum: MicroUsd }
  | { readonly code: 'PAYOUT_NOT_FOUND' }
  | { readonly code: 'PAYOUT_FAILED' }
  | { readonly code: 'PAYOUT_SENT' }
  /** Stripe tells of another transfer, or of another amount, than was asked for. */
  | { readonly code: 'TRANSFER_MISMATCH' }
  | { readonly code: 'NOT_EARNED'; readonly payable: MicroUsd };
