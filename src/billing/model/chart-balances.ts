import { microUsd, type MicroUsd } from '../../kernel/money.js';
import { CHART, chartAccountOf, type ChartAccount, type PostedLine } from './chart-of-accounts.js';

/** Some postings of one account that are for one thing, taken together. */
export interface PostedSum extends PostedLine {
  readonly amount: bigint;
}

/** What stands on an account of the chart: debits less credits, as journal entries have them. */
export interface ChartBalance extends ChartAccount {
  readonly balance: MicroUsd;
}

/**
 * Every account of the chart, in its order, also those on which nothing stands. What the exchange's own ledger has on
 * `clearing` and `uncollected` stands where its journal entries do: fees, royalties, credits and penalties each on their own.
 */
export function chartBalances(sums: readonly PostedSum[]): readonly ChartBalance[] {
  const balances = new Map<string, bigint>();
  for (const sum of sums) {
    const { code } = chartAccountOf(sum);
    balances.set(code, (balances.get(code) ?? 0n) + sum.amount);
  }
  return Object.values(CHART).map((account) => ({ ...account, balance: microUsd(balances.get(account.code) ?? 0n) }));
}
