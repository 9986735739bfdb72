import type { Stripe } from 'stripe';
import { ok, type Result } from '../../../../kernel/result.js';
import { invalidRequest, missingResource, type ApiError } from './api-error.js';
import { bookBalance } from './balance-transaction.js';
import { isInRange, listAnswer } from './listing.js';
import {
  firstRefusal,
  metadataOf,
  orNull,
  type Answer,
  type Call,
  type Operation,
  type OperationTable,
} from './operation.js';
import { availableBalance } from './balance.js';

type CreateParams = Stripe.TransferCreateParams;

/** https://docs.stripe.com/api/transfers/create */
const createTransfer: Operation<CreateParams> = {
  modelled: ['amount', 'currency', 'description', 'destination', 'expand', 'metadata', 'transfer_group'],
  handle: create,
};

const retrieveTransfer: Operation<Stripe.TransferRetrieveParams> = {
  modelled: ['expand'],
  handle: ({ id, work }) => {
    const transfer = work.get('transfers', id);
    return transfer === undefined ? missingResource('transfer', id, 'transfer', 404) : ok(transfer);
  },
};

const listTransfers: Operation<Stripe.TransferListParams> = {
  modelled: ['created', 'destination', 'ending_before', 'expand', 'limit', 'starting_after', 'transfer_group'],
  handle: ({ params, work }) => {
    const all = work.newest('transfers').filter((transfer) => isWanted(transfer, params));
    return listAnswer(all, params, { url: '/v1/transfers', kind: 'transfer' });
  },
};

export const TRANSFER_OPERATIONS: OperationTable = {
  'transfers.create': createTransfer,
  'transfers.retrieve': retrieveTransfer,
  'transfers.list': listTransfers,
};

function isWanted(
  transfer: Stripe.Transfer,
  { created, destination, transfer_group: group }: Stripe.TransferListParams,
): boolean {
  return (
    (destination === undefined || transfer.destination === destination) &&
    (group === undefined || transfer.transfer_group === group) &&
    isInRange(transfer.created, created)
  );
}

function create(call: Call<CreateParams>): Answer {
  const { params, work, make } = call;
  const refusal = firstRefusal(
    () => checkAmount(params.amount),
    () => checkDestination(call),
    () => checkBalance(call),
  );
  if (refusal !== null) return refusal;
  const { amount = 0, currency, destination } = params;
  const id = work.id('tr');
  const transfer: Stripe.Transfer = {
    ...make.fixture<Stripe.Transfer>('transfer'),
    ...{ id, amount, currency, destination, created: work.now, amount_reversed: 0, reversed: false },
    balance_transaction: bookBalance(call, {
      ...{ type: 'transfer', reportingCategory: 'transfer', amount: -amount, currency, fee: 0, source: id },
      description: orNull(params.description),
    }),
    description: orNull(params.description),
    destination_payment: work.id('py'),
    metadata: metadataOf(params.metadata),
    reversals: { object: 'list', data: [], has_more: false, url: `/v1/transfers/${id}/reversals` },
    transfer_group: params.transfer_group ?? null,
  };
  work.put('transfers', transfer);
  work.emit('transfer.created', transfer);
  return ok(transfer);
}

function checkAmount(amount: number | undefined): Result<null, ApiError> {
  if (amount === undefined) {
    const message = 'You must provide an amount, or a source_transaction.';
    return invalidRequest('parameter_missing', message, 'amount');
  }
  if (amount >= 1) return ok(null);
  const message = 'This value must be greater than or equal to 1.';
  return invalidRequest('parameter_invalid_integer', message, 'amount');
}

function checkDestination({ params, work }: Call<CreateParams>): Result<null, ApiError> {
  const account = work.get('accounts', params.destination);
  if (account === undefined) return missingResource('destination', params.destination, 'destination');
  if (account.capabilities?.transfers === 'active') return ok(null);
  const message =
    'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments';
  return invalidRequest('insufficient_capabilities_for_transfer', message, 'destination');
}

function checkBalance({ params, work }: Call<CreateParams>): Result<null, ApiError> {
  if (availableBalance(work, params.currency) >= (params.amount ?? 0)) return ok(null);
  const message =
    'You have insufficient available funds in your Stripe account. One likely reason you have insufficient funds is that your funds are automatically being paid out; try enabling manual payouts.';
  return invalidRequest('balance_insufficient', message);
}
