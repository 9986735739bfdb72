import type { MicroUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';

/** Why money that a card brought left again without being asked for here. */
export const WITHDRAWAL_CAUSES = ['dispute', 'refund'] as const;
/** `dispute`: the holder of the card went to the bank. `refund`: somebody refunded it in Stripe's dashboard. */
export type WithdrawalCause = (typeof WITHDRAWAL_CAUSES)[number];

/** A part of a top-up on its way back to its card. */
export interface Refund {
  readonly refundId: string;
  readonly topUpId: string;
  readonly amount: MicroUsd;
  readonly status: 'reserved' | 'paid' | 'returned';
}

/** What Stripe took of a top-up because of one dispute, or one refund of its dashboard. */
export interface Withdrawal {
  readonly reference: string;
  readonly topUpId: string;
  readonly cause: WithdrawalCause;
  readonly since: Instant;
  /** Less what came back; below zero only while the message that it was taken is still under way. */
  readonly taken: MicroUsd;
  readonly collected: MicroUsd;
  /** Each is booked once. */
  readonly movements: readonly string[];
}

/** Lives as long as the books: Stripe may speak of a payment again after months. */
export interface CardMoney {
  /** By their ids. */
  readonly refunds: Map<string, Refund>;
  /** By what they are called at Stripe. */
  readonly withdrawals: Map<string, Withdrawal>;
}

/** What the organization owes because Stripe took it and the wallet could not cover it. */
export function owedForWithdrawals({ withdrawals }: Pick<CardMoney, 'withdrawals'>): MicroUsd {
  const owed = [...withdrawals.values()].map(({ taken, collected }) => taken - collected);
  return owed.reduce((sum, one) => sum + one, 0n) as MicroUsd;
}

/** On its way to cards. */
export function refunding({ refunds }: Pick<CardMoney, 'refunds'>): MicroUsd {
  const reserved = [...refunds.values()].filter(({ status }) => status === 'reserved');
  return reserved.reduce((sum, { amount }) => sum + amount, 0n) as MicroUsd;
}
