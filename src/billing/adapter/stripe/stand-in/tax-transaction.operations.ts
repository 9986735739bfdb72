import type { Stripe } from 'stripe';
import { ok, type Result } from '../../../../kernel/result.js';
import { invalidRequest, missingResource, type ApiError } from './api-error.js';
import { firstRefusal, metadataOf, PASSED, type Answer, type Call, type Operation, type OperationTable } from './operation.js';
import type { UnitOfWork } from './unit-of-work.js';

type CreateParams = Stripe.Tax.TransactionCreateFromCalculationParams;
type ReverseParams = Stripe.Tax.TransactionCreateReversalParams;
type Transaction = Stripe.Tax.Transaction;
type Line = Stripe.Tax.TransactionLineItem;

/** https://docs.stripe.com/api/tax/transactions/create_from_calculation */
const createFromCalculation: Operation<CreateParams> = {
  modelled: ['calculation', 'expand', 'metadata', 'posted_at', 'reference'],
  handle: create,
};

/** https://docs.stripe.com/api/tax/transactions/create_reversal */
const createReversal: Operation<ReverseParams> = {
  modelled: ['expand', 'flat_amount', 'metadata', 'mode', 'original_transaction', 'reference'],
  handle: reverse,
};

export const TAX_TRANSACTION_OPERATIONS: OperationTable = {
  'tax.transactions.createFromCalculation': createFromCalculation,
  'tax.transactions.createReversal': createReversal,
};

function create({ params, work }: Call<CreateParams>): Answer {
  const { calculation: id, reference } = params;
  const calculation = work.get('tax_calculations', id);
  if (calculation === undefined) return missingResource('tax calculation', id, 'calculation');
  const expiresAt = calculation.expires_at ?? 0;
  const refused = firstRefusal(
    () => (work.now < expiresAt ? PASSED : invalidRequest(null, `The tax calculation ${id} has expired.`, 'calculation')),
    () => checkReference(reference, work),
  );
  if (refused !== null) return refused;
  const lines = (calculation.line_items?.data ?? []).map(({ amount, amount_tax, quantity, reference: own, tax_code }): Line => ({
    ...{ id: work.id('tax_li'), object: 'tax.transaction_line_item', amount, amount_tax, livemode: false, metadata: {} },
    ...{ product: null, quantity, reference: own, reversal: null, tax_behavior: 'exclusive', tax_code, type: 'transaction' },
  }));
  const { currency, customer_details: customer, tax_date: taxDate } = calculation;
  return keep(work, lines, {
    ...{ currency, customer_details: customer, tax_date: taxDate, reference, type: 'transaction', reversal: null },
    ...{ metadata: metadataOf(params.metadata), posted_at: params.posted_at ?? work.now },
  });
}

function checkReference(reference: string, work: UnitOfWork): Result<unknown, ApiError> {
  const isUsed = work.newest('tax_transactions').some((one) => one.reference === reference);
  return isUsed ? invalidRequest(null, `The reference ${reference} is that of another transaction.`, 'reference') : PASSED;
}

function reverse({ params, work }: Call<ReverseParams>): Answer {
  const { original_transaction: id, mode, reference, flat_amount: flat } = params;
  const original = work.get('tax_transactions', id);
  if (original === undefined) return missingResource('tax transaction', id, 'original_transaction');
  const left = totalOf(original) + reversedOf(original, work);
  const wanted = mode === 'full' ? -left : (flat ?? 0);
  const refused = firstRefusal(
    () => (original.type === 'transaction' ? PASSED : invalidRequest(null, 'A reversal cannot be reversed.', 'original_transaction')),
    () => (mode === 'full' && flat !== undefined ? invalidRequest(null, 'A full reversal takes no amount.', 'flat_amount') : PASSED),
    () => (wanted < 0 ? PASSED : invalidRequest('parameter_invalid_integer', 'The amount must be below zero.', 'flat_amount')),
    () => (-wanted <= left ? PASSED : invalidRequest(null, `Only ${left} are left to be reversed.`, 'flat_amount')),
    () => checkReference(reference, work),
  );
  if (refused !== null) return refused;
  const { currency, customer_details: customer, tax_date: taxDate } = original;
  return keep(work, partedOver(original, wanted, work), {
    ...{ currency, customer_details: customer, tax_date: taxDate, reference, type: 'reversal', posted_at: work.now },
    ...{ metadata: metadataOf(params.metadata), reversal: { original_transaction: id } },
  });
}

const linesOf = ({ line_items: items }: Transaction): readonly Line[] => items?.data ?? [];
const totalOf = (one: Transaction): number => linesOf(one).reduce((sum, { amount, amount_tax: tax }) => sum + amount + tax, 0);

function reversedOf({ id }: Transaction, work: UnitOfWork): number {
  const own = work.newest('tax_transactions').filter(({ reversal }) => reversal?.original_transaction === id);
  return own.reduce((sum, one) => sum + totalOf(one), 0);
}

/** An amount with its tax over the lines of a transaction, in their proportion; the parts sum to it. */
function partedOver(original: Transaction, amount: number, work: UnitOfWork): readonly Line[] {
  const whole = totalOf(original);
  let [seen, parted] = [0, 0];
  const next = (part: number): number => {
    seen += part;
    const upTo = Math.round((amount * seen) / whole);
    const own = upTo - parted;
    parted = upTo;
    return own;
  };
  return linesOf(original).map((line) => ({
    ...{ ...line, id: work.id('tax_li'), amount: next(line.amount), amount_tax: next(line.amount_tax) },
    ...{ type: 'reversal', reversal: { original_line_item: line.id } },
  }));
}

type Given = Pick<Transaction, 'currency' | 'customer_details' | 'metadata' | 'posted_at' | 'reference' | 'reversal' | 'tax_date' | 'type'>;

function keep(work: UnitOfWork, lines: readonly Line[], given: Given): Answer {
  const id = work.id('tax');
  const transaction = {
    ...{ id, object: 'tax.transaction', created: work.now, customer: null, livemode: false, ship_from_details: null, shipping_cost: null },
    ...given,
    line_items: { object: 'list', data: [...lines], has_more: false, url: `/v1/tax/transactions/${id}/line_items` },
  } satisfies Transaction;
  work.put('tax_transactions', transaction);
  return ok(transaction);
}
