import type { UnitOfWork } from './unit-of-work.js';

/** Cents that the platform has at Stripe in a currency, fees taken off. */
export function availableBalance(work: UnitOfWork, currency: string): number {
  return work
    .newest('balance_transactions')
    .filter((transaction) => transaction.currency === currency)
    .reduce((sum, { net }) => sum + net, 0);
}
