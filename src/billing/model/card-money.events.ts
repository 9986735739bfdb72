import type { MicroUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import type { WithdrawalCause } from './card-money.state.js';
import type { Posted } from './posting.js';

/** Money was set aside to go back to the card it came from, before Stripe was asked. */
export interface RefundReserved extends Posted {
  readonly type: 'RefundReserved';
  readonly refundId: string;
  readonly topUpId: string;
  readonly amount: MicroUsd;
}

/** Stripe sent it back. */
export interface RefundPaid extends Posted {
  readonly type: 'RefundPaid';
  readonly refundId: string;
  readonly topUpId: string;
  readonly amount: MicroUsd;
}

/** It did not reach the card: it is in the wallet again. */
export interface RefundReturned extends Posted {
  readonly type: 'RefundReturned';
  readonly refundId: string;
  readonly topUpId: string;
  readonly amount: MicroUsd;
}

interface Movement extends Posted {
  /** The dispute, or the refund, at Stripe. */
  readonly reference: string;
  /** Names this movement of it for all time. */
  readonly movementId: string;
  readonly topUpId: string;
  readonly cause: WithdrawalCause;
  readonly amount: MicroUsd;
}

/** Stripe took money of a top-up away; `collected` is what the wallet could cover. */
export interface FundsWithdrawn extends Movement {
  readonly type: 'FundsWithdrawn';
  readonly collected: MicroUsd;
  readonly withdrawnAt: Instant;
}

/** What was taken away came back; `forgiven` is what of it was still owed. */
export interface FundsReinstated extends Movement {
  readonly type: 'FundsReinstated';
  readonly forgiven: MicroUsd;
}

/** A part of what was taken away and owed since is paid from money that came in. */
export interface WithdrawalCollected extends Posted {
  readonly type: 'WithdrawalCollected';
  readonly reference: string;
  readonly amount: MicroUsd;
}

/** What becomes of money that a card brought. */
export type CardMoneyEvent =
  | RefundReserved
  | RefundPaid
  | RefundReturned
  | FundsWithdrawn
  | FundsReinstated
  | WithdrawalCollected;
