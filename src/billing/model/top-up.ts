import { unless, type Issue } from '../../kernel/issue.js';
import { formatUsd, type MicroUsd } from '../../kernel/money.js';

/** Micro-USD in a cent: what cards are charged in. */
export const MICRO_USD_PER_CENT = 10_000n;

/** Stripe's bounds for one payment in US dollars. */
export const TOP_UP_MIN = 500_000n as MicroUsd;
export const TOP_UP_MAX = 999_999_990_000n as MicroUsd;

const PAYMENT_METHOD = /^pm_\w{1,250}$/;

/**
 * - `pending`: asked for; whether money moved is not known yet.
 * - `needs_review`: Stripe gave no answer for too long; a person must look.
 */
export const TOP_UP_STATES = ['pending', 'succeeded', 'failed', 'needs_review'] as const;
export type TopUpState = (typeof TOP_UP_STATES)[number];

export function checkTopUp(amount: MicroUsd, paymentMethod: string): readonly Issue[] {
  const isWhole = amount % MICRO_USD_PER_CENT === 0n;
  return [
    ...unless(isWhole && amount >= TOP_UP_MIN && amount <= TOP_UP_MAX, {
      field: 'amount',
      reason: 'cannot be charged',
      accepted: `whole cents from ${formatUsd(TOP_UP_MIN)} to ${formatUsd(TOP_UP_MAX)} USD, in micro-USD`,
    }),
    ...unless(PAYMENT_METHOD.test(paymentMethod), {
      field: 'paymentMethod',
      reason: 'is no payment method of Stripe',
      accepted: 'an id such as pm_card_visa',
    }),
  ];
}
