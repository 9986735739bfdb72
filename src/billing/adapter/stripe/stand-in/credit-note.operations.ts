import type { Stripe } from 'stripe';
import { ok, type Result } from '../../../../kernel/result.js';
import { invalidRequest, missingResource, type ApiError } from './api-error.js';
import { markPaid } from './invoice.operations.js';
import { listAnswer } from './listing.js';
import { metadataOf, type Answer, type Call, type Operation, type OperationTable } from './operation.js';
import type { UnitOfWork } from './unit-of-work.js';

type CreateParams = Stripe.CreditNoteCreateParams;

/** https://docs.stripe.com/api/credit_notes/create */
const createCreditNote: Operation<CreateParams> = {
  modelled: ['amount', 'expand', 'invoice', 'metadata', 'out_of_band_amount'],
  handle: create,
};

const listCreditNotes: Operation<Stripe.CreditNoteListParams> = {
  modelled: ['ending_before', 'expand', 'invoice', 'limit', 'starting_after'],
  handle: ({ params, work }) => {
    const { invoice } = params;
    const all = work.newest('credit_notes').filter((one) => invoice === undefined || one.invoice === invoice);
    return listAnswer(all, params, { url: '/v1/credit_notes', kind: 'credit_note' });
  },
};

export const CREDIT_NOTE_OPERATIONS: OperationTable = {
  'credit_notes.create': createCreditNote,
  'credit_notes.list': listCreditNotes,
};

function create({ params, work }: Call<CreateParams>): Answer {
  const invoice = work.get('invoices', params.invoice);
  if (invoice === undefined) return missingResource('invoice', params.invoice, 'invoice');
  const { amount = 0, out_of_band_amount: outside = 0 } = params;
  const refusal = refusalOf(invoice, amount, outside);
  if (!refusal.ok) return refusal;
  const isPaid = invoice.status === 'paid';
  const note = noteOf(invoice, { amount, outside: isPaid ? outside : null, metadata: metadataOf(params.metadata) }, work);
  work.put('credit_notes', note);
  work.emit('credit_note.created', note);
  if (isPaid) {
    work.put('invoices', { ...invoice, post_payment_credit_notes_amount: invoice.post_payment_credit_notes_amount + amount });
    return ok(note);
  }
  const credited: Stripe.Invoice = {
    ...invoice,
    pre_payment_credit_notes_amount: invoice.pre_payment_credit_notes_amount + amount,
    amount_due: invoice.amount_due - amount,
    amount_remaining: invoice.amount_remaining - amount,
  };
  if (credited.amount_remaining === 0) markPaid(credited, work);
  else work.put('invoices', credited);
  return ok(note);
}

/** What was paid goes back somewhere; what was not is only owed no more. */
function refusalOf(invoice: Stripe.Invoice, amount: number, outside: number): Result<null, ApiError> {
  if (invoice.status !== 'open' && invoice.status !== 'paid') {
    return invalidRequest(null, 'You can only create credit notes for finalized invoices that are not void.', 'invoice');
  }
  if (amount < 1) return invalidRequest('parameter_invalid_integer', 'This value must be greater than or equal to 1.', 'amount');
  const { total, pre_payment_credit_notes_amount: before, post_payment_credit_notes_amount: after } = invoice;
  const left = total - before - after;
  if (amount > left) return invalidRequest(null, `The credit note is greater than what is left of the invoice (${left}).`, 'amount');
  const wanted = invoice.status === 'paid' ? amount : 0;
  if (outside === wanted) return ok(null);
  const message = `The sum of credit amount, refund amount and out of band amount (${outside}) must equal the post payment amount (${wanted}).`;
  return invalidRequest(null, message, 'out_of_band_amount');
}

function noteOf(
  invoice: Stripe.Invoice,
  { amount, outside, metadata }: { readonly amount: number; readonly outside: number | null; readonly metadata: Record<string, string> },
  work: UnitOfWork,
): Stripe.CreditNote {
  const id = work.id('cn');
  const [pre, post] = outside === null ? [amount, 0] : [0, amount];
  return {
    ...{ id, object: 'credit_note', created: work.now, effective_at: work.now, livemode: false, voided_at: null },
    ...{ customer: invoice.customer ?? '', customer_account: null, customer_balance_transaction: null },
    ...{ invoice: invoice.id, number: `${invoice.number}-CN-${id.slice(-4)}`, pdf: '', memo: null, metadata, reason: null },
    ...{ amount, currency: invoice.currency, subtotal: amount, subtotal_excluding_tax: amount, total: amount },
    ...{ total_excluding_tax: amount, total_taxes: [], amount_shipping: 0, shipping_cost: null, refunds: [] },
    ...{ discount_amount: 0, discount_amounts: [], pretax_credit_amounts: [], out_of_band_amount: outside },
    ...{ pre_payment_amount: pre, post_payment_amount: post, status: 'issued', type: outside === null ? 'pre_payment' : 'post_payment' },
    lines: { object: 'list', data: [], has_more: false, url: `/v1/credit_notes/${id}/lines` },
  };
}
