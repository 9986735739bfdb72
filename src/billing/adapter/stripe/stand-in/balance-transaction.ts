import type { Stripe } from 'stripe';
import type { Call } from './operation.js';

/** What of a change of the account's balance is not the same for all of them. */
export interface BalanceChange {
  readonly type: Stripe.BalanceTransaction.Type;
  readonly reportingCategory: string;
  /** Cents; below zero for what leaves. */
  readonly amount: number;
  readonly currency: string;
  /** Cents that Stripe keeps of it. */
  readonly fee: number;
  /** The object that it is about. */
  readonly source: string;
  readonly description: string | null;
}

/** Books a change of the account's balance; the answer is its id. */
export function bookBalance(
  { work, make }: Pick<Call<unknown>, 'work' | 'make'>,
  { type, reportingCategory, amount, currency, fee, source, description }: BalanceChange,
): string {
  const id = work.id('txn');
  const stripeFee = { application: null, currency, description: 'Stripe processing fees', type: 'stripe_fee' };
  work.put('balance_transactions', {
    ...make.fixture<Stripe.BalanceTransaction>('balance_transaction'),
    ...{ id, type, amount, currency, fee, source, description, created: work.now, available_on: work.now },
    fee_details: fee === 0 ? [] : [{ ...stripeFee, amount: fee }],
    net: amount - fee,
    reporting_category: reportingCategory,
    status: 'available',
  });
  return id;
}

/** https://stripe.com/pricing: 2.9 % and 30 cents of a card, 0.8 % of a bank account and at most 5 dollars. */
export function processingFee(type: string, amount: number): number {
  return type === 'card' ? Math.round(amount * 0.029) + 30 : Math.min(Math.round(amount * 0.008), 500);
}
