import type { MicroUsd } from '../../../kernel/money.js';
import type { Instant } from '../../../kernel/time.js';
import type { Posted } from '../posting.js';
import type { Lot } from './earnings.state.js';

/** From now on what is earned goes to seller payable; what the wallet held of it went there. */
export interface PayoutsOpened extends Posted {
  readonly type: 'PayoutsOpened';
  readonly openedAt: Instant;
  readonly carriedOver: MicroUsd;
}

/** Money left seller payable: Stripe is asked to move it. */
export interface PayoutStarted extends Posted {
  readonly type: 'PayoutStarted';
  readonly payoutId: string;
  readonly startedAt: Instant;
  readonly amount: MicroUsd;
  /** What it pays; the lines sum to the amount. */
  readonly lines: readonly Lot[];
}

/** Stripe moved the money to the seller's account there. */
export interface PayoutSent extends Posted {
  readonly type: 'PayoutSent';
  readonly payoutId: string;
  readonly transferId: string;
  readonly amount: MicroUsd;
}

/** Stripe refused: the money is payable again. */
export interface PayoutFailed extends Posted {
  readonly type: 'PayoutFailed';
  readonly payoutId: string;
  readonly amount: MicroUsd;
  /** In Stripe's words. */
  readonly reason: string;
}

/** Some of a transfer came back from the seller's account: it is payable again, after what is owed. */
export interface PayoutReversed extends Posted {
  readonly type: 'PayoutReversed';
  readonly payoutId: string;
  readonly reversalId: string;
  readonly reversedAt: Instant;
  readonly amount: MicroUsd;
  /** Of the payout, this reversal included. */
  readonly reversedInAll: MicroUsd;
}

/** Earned money that its organization spends at this exchange instead of having it paid out. */
export interface EarningsKept extends Posted {
  readonly type: 'EarningsKept';
  readonly amount: MicroUsd;
}

export type PayoutEvent =
  | PayoutsOpened
  | PayoutStarted
  | PayoutSent
  | PayoutFailed
  | PayoutReversed
  | EarningsKept;
