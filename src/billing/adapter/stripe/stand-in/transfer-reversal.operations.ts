import type { Stripe } from 'stripe';
import { ok, type Result } from '../../../../kernel/result.js';
import { invalidRequest, missingResource, type ApiError } from './api-error.js';
import { bookBalance } from './balance-transaction.js';
import { listAnswer } from './listing.js';
import { metadataOf, orNull, type Answer, type Call, type Operation, type OperationTable } from './operation.js';
import type { UnitOfWork } from './unit-of-work.js';

type CreateParams = Stripe.TransferCreateReversalParams;

/** https://docs.stripe.com/api/transfer_reversals/create */
const createReversal: Operation<CreateParams> = {
  modelled: ['amount', 'description', 'expand', 'metadata'],
  handle: (call) => {
    const transfer = call.work.get('transfers', call.id);
    if (transfer === undefined) return missingResource('transfer', call.id, 'id', 404);
    return reverse(transfer, call.params, call);
  },
};

const listReversals: Operation<Stripe.TransferListReversalsParams> = {
  modelled: ['ending_before', 'expand', 'limit', 'starting_after'],
  handle: ({ id, params, work }) => {
    if (work.get('transfers', id) === undefined) return missingResource('transfer', id, 'id', 404);
    const page = { url: `/v1/transfers/${id}/reversals`, kind: 'transfer_reversal' };
    return listAnswer(reversalsOf(id, work), params, page);
  },
};

export const TRANSFER_REVERSAL_OPERATIONS: OperationTable = {
  'transfers.createReversal': createReversal,
  'transfers.listReversals': listReversals,
};

/** A transfer holds its newest reversals. */
const EMBEDDED_MAX = 10;

const reversalsOf = (id: string, work: UnitOfWork): readonly Stripe.TransferReversal[] =>
  work.newest('transfer_reversals').filter(({ transfer }) => transfer === id);

/** Also what somebody does in Stripe's dashboard. */
export function reverse(
  transfer: Stripe.Transfer,
  params: CreateParams,
  context: Pick<Call<unknown>, 'work' | 'make'>,
): Answer {
  const { work, make } = context;
  const checked = reversible(transfer, params.amount);
  if (!checked.ok) return checked;
  const amount = checked.value;
  const { currency } = transfer;
  const id = work.id('trr');
  const reversal: Stripe.TransferReversal = {
    ...make.fixture<Stripe.TransferReversal>('transfer_reversal'),
    ...{ id, amount, currency, created: work.now, transfer: transfer.id },
    balance_transaction: bookBalance(context, {
      ...{ type: 'transfer_refund', reportingCategory: 'transfer_reversal', amount, currency, fee: 0 },
      ...{ source: id, description: orNull(params.description) },
    }),
    metadata: metadataOf(params.metadata),
  };
  const before = reversalsOf(transfer.id, work);
  const all = [reversal, ...before];
  const amount_reversed = transfer.amount_reversed + amount;
  const changed: Stripe.Transfer = {
    ...transfer,
    ...{ amount_reversed, reversed: amount_reversed === transfer.amount },
    reversals: { ...transfer.reversals, data: all.slice(0, EMBEDDED_MAX), has_more: all.length > EMBEDDED_MAX },
  };
  work.put('transfer_reversals', reversal);
  work.put('transfers', changed);
  work.emit('transfer.reversed', changed);
  return ok(reversal);
}

/** What is asked for, or all that is left. */
function reversible(
  { id, amount, amount_reversed: reversed }: Stripe.Transfer,
  asked: number | undefined,
): Result<number, ApiError> {
  const left = amount - reversed;
  if (left === 0) return invalidRequest(null, `Transfer ${id} is already fully reversed.`);
  const wanted = asked ?? left;
  if (wanted < 1) {
    const message = 'This value must be greater than or equal to 1.';
    return invalidRequest('parameter_invalid_integer', message, 'amount');
  }
  if (wanted <= left) return ok(wanted);
  const message = `The amount ($${(wanted / 100).toFixed(2)}) is greater than the unreversed amount on the transfer ($${(left / 100).toFixed(2)}).`;
  return invalidRequest(null, message, 'amount');
}
