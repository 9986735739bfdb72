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
 * - `processing`: a bank was asked for it, and answers in days; nothing is in the wallet before.
 * - `needs_review`: Stripe gave no answer for too long; a person must look.
 */
export const TOP_UP_STATES = ['pending', 'processing', 'succeeded', 'failed', 'needs_review'] as const;
export type TopUpState = (typeof TOP_UP_STATES)[number];
/** States that may still become another by themselves. */
export const OPEN_TOP_UP_STATES = ['pending', 'processing', 'needs_review'] as const satisfies readonly TopUpState[];

/** Who asked for it: somebody, or the rule for a wallet that is low. */
export const TOP_UP_ORIGINS = ['member', 'automatic'] as const;
export type TopUpOrigin = (typeof TOP_UP_ORIGINS)[number];

export function checkTopUp(amount: MicroUsd, paymentMethod: string): readonly Issue[] {
  return [...checkCharge(amount), ...checkMethod(paymentMethod)];
}

/** What a card can be charged at once. */
export function checkCharge(amount: MicroUsd): readonly Issue[] {
  const isWhole = amount % MICRO_USD_PER_CENT === 0n;
  return unless(isWhole && amount >= TOP_UP_MIN && amount <= TOP_UP_MAX, {
    field: 'amount',
    reason: 'cannot be charged',
    accepted: `whole cents from ${formatUsd(TOP_UP_MIN)} to ${formatUsd(TOP_UP_MAX)} USD, in micro-USD`,
  });
}

/** Cards are refunded in cents as well. */
export const WHOLE_CENTS = 'whole cents from 0.01 USD, in micro-USD';

export const isWholeCents = (amount: MicroUsd): boolean => amount >= MICRO_USD_PER_CENT && amount % MICRO_USD_PER_CENT === 0n;

export function checkRefund(amount: MicroUsd): readonly Issue[] {
  return unless(isWholeCents(amount), { field: 'amount', reason: 'cannot be refunded', accepted: WHOLE_CENTS });
}

export function checkMethod(paymentMethod: string, field = 'paymentMethod'): readonly Issue[] {
  return unless(PAYMENT_METHOD.test(paymentMethod), {
    field,
    reason: 'is no payment method of Stripe',
    accepted: 'an id such as pm_card_visa',
  });
}
