import type { Stripe } from 'stripe';
import { isInRange, listAnswer } from './listing.js';
import type { Operation, OperationTable } from './operation.js';

/** https://docs.stripe.com/api/balance_transactions/list */
const listBalanceTransactions: Operation<Stripe.BalanceTransactionListParams> = {
  modelled: ['created', 'ending_before', 'expand', 'limit', 'source', 'starting_after', 'type'],
  handle: ({ params, work }) => {
    const all = work.newest('balance_transactions').filter((one) => isWanted(one, params));
    return listAnswer(all, params, { url: '/v1/balance_transactions', kind: 'balance_transaction' });
  },
};

export const BALANCE_TRANSACTION_OPERATIONS: OperationTable = {
  'balance_transactions.list': listBalanceTransactions,
};

function isWanted(
  one: Stripe.BalanceTransaction,
  { created, source, type }: Stripe.BalanceTransactionListParams,
): boolean {
  return (
    (source === undefined || one.source === source) &&
    (type === undefined || one.type === type) &&
    isInRange(one.created, created)
  );
}
