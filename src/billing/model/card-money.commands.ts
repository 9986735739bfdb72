import type { MicroUsd } from '../../kernel/money.js';
import type { WithdrawalCause } from './card-money.state.js';
import type { Timed } from './timed.js';

/** Sets aside what goes back to the card of a top-up: nobody can spend it meanwhile. */
export interface ReserveRefund extends Timed {
  readonly type: 'ReserveRefund';
  readonly refundId: string;
  readonly topUpId: string;
  readonly amount: MicroUsd;
}

/** What Stripe says of it; a refund that was paid may still be returned. */
export interface SettleRefund extends Timed {
  readonly type: 'SettleRefund';
  readonly refundId: string;
  readonly outcome: 'paid' | 'returned';
}

interface Movement extends Timed {
  readonly reference: string;
  readonly movementId: string;
  readonly topUpId: string;
  readonly cause: WithdrawalCause;
  readonly amount: MicroUsd;
}

export interface WithdrawFunds extends Movement {
  readonly type: 'WithdrawFunds';
}

export interface ReinstateFunds extends Movement {
  readonly type: 'ReinstateFunds';
}

export type CardMoneyCommand = ReserveRefund | SettleRefund | WithdrawFunds | ReinstateFunds;

/** Why a refund is refused, before what the wallet holds is looked at. */
export type RefundRejection =
  | { readonly code: 'TOP_UP_NOT_FOUND' }
  | { readonly code: 'TOP_UP_DISPUTED' }
  /** `available`: what of the top-up has not gone back yet. */
  | { readonly code: 'REFUND_TOO_HIGH'; readonly available: MicroUsd };
