import type { Stripe } from 'stripe';
import { ok, type Result } from '../../../../kernel/result.js';
import { invalidRequest, missingResource, type ApiError } from './api-error.js';
import { listAnswer } from './listing.js';
import { metadataOf, type Answer, type Call, type Operation, type OperationTable } from './operation.js';
import type { UnitOfWork } from './unit-of-work.js';

type CreateParams = Stripe.InvoiceCreateParams;

/** https://docs.stripe.com/api/invoices/create */
const createInvoice: Operation<CreateParams> = {
  modelled: ['auto_advance', 'currency', 'custom_fields', 'customer', 'effective_at', 'expand', 'metadata', 'pending_invoice_items_behavior'],
  handle: create,
};

const retrieveInvoice: Operation<Stripe.InvoiceRetrieveParams> = {
  modelled: ['expand'],
  handle: ({ id, work }) => findInvoice(id, work),
};

const listInvoices: Operation<Stripe.InvoiceListParams> = {
  modelled: ['customer', 'ending_before', 'expand', 'limit', 'starting_after'],
  handle: ({ params, work }) => {
    const { customer } = params;
    const all = work.newest('invoices').filter((one) => customer === undefined || one.customer === customer);
    return listAnswer(all, params, { url: '/v1/invoices', kind: 'invoice' });
  },
};

/** https://docs.stripe.com/api/invoices/finalize */
const finalizeInvoice: Operation<Stripe.InvoiceFinalizeInvoiceParams> = {
  modelled: ['auto_advance', 'expand'],
  handle: finalize,
};

/** https://docs.stripe.com/api/invoices/pay */
const payInvoice: Operation<Stripe.InvoicePayParams> = {
  modelled: ['expand', 'paid_out_of_band'],
  handle: pay,
};

/** https://docs.stripe.com/api/invoices/void */
const voidInvoice: Operation<Stripe.InvoiceVoidInvoiceParams> = {
  modelled: ['expand'],
  handle: ({ id, work }) => {
    const found = openInvoice(id, work);
    return found.ok ? ok(end(found.value, { status: 'void', at: 'voided_at', event: 'invoice.voided' }, work)) : found;
  },
};

export const INVOICE_OPERATIONS: OperationTable = {
  'invoices.create': createInvoice,
  'invoices.finalizeInvoice': finalizeInvoice,
  'invoices.list': listInvoices,
  'invoices.pay': payInvoice,
  'invoices.retrieve': retrieveInvoice,
  'invoices.voidInvoice': voidInvoice,
};

export function findInvoice(id: string, work: UnitOfWork): Result<Stripe.Invoice, ApiError> {
  const invoice = work.get('invoices', id);
  return invoice === undefined ? missingResource('invoice', id, 'invoice', 404) : ok(invoice);
}

function create({ params, work, make }: Call<CreateParams>): Answer {
  const { customer } = params;
  if (customer === undefined) {
    return invalidRequest('parameter_missing', 'You must specify a customer.', 'customer');
  }
  if (work.get('customers', customer) === undefined) return missingResource('customer', customer, 'customer');
  if (params.auto_advance !== false) return notModelled('auto_advance');
  if (params.pending_invoice_items_behavior === 'include') return notModelled('pending_invoice_items_behavior');
  const id = work.id('in');
  const invoice: Stripe.Invoice = {
    ...make.fixture<Stripe.Invoice>('invoice'),
    ...{ id, customer, created: work.now, currency: params.currency ?? 'usd', metadata: metadataOf(params.metadata) },
    ...{ auto_advance: false, parent: null, shipping_cost: null, shipping_details: null, last_finalization_error: null },
    ...{ from_invoice: null, due_date: null, next_payment_attempt: null, webhooks_delivered_at: null },
    ...{ amount_due: 0, amount_overpaid: 0, amount_remaining: 0, subtotal: 0, subtotal_excluding_tax: 0 },
    ...{ total: 0, total_excluding_tax: 0, period_start: work.now, period_end: work.now },
    custom_fields: params.custom_fields ? [...params.custom_fields] : null,
    effective_at: params.effective_at ?? null,
    lines: { object: 'list', data: [], has_more: false, url: `/v1/invoices/${id}/lines` },
  };
  work.put('invoices', invoice);
  work.emit('invoice.created', invoice);
  return ok(invoice);
}

function finalize({ id, params, work }: Call<Stripe.InvoiceFinalizeInvoiceParams>): Answer {
  const found = findInvoice(id, work);
  if (!found.ok) return found;
  if (found.value.status !== 'draft') {
    return invalidRequest(null, 'This invoice is already finalized, you can\'t re-finalize a non-draft invoice.');
  }
  if (params.auto_advance === true) return notModelled('auto_advance');
  // Stripe keeps it as the customer's balance, and takes it off the next invoice.
  if (found.value.total < 0) return notModelled('total');
  const finalized: Stripe.Invoice = {
    ...found.value,
    ...{ status: 'open', number: `${id.slice(-8).toUpperCase()}-0001`, effective_at: found.value.effective_at ?? work.now },
    status_transitions: { ...found.value.status_transitions, finalized_at: work.now },
  };
  work.put('invoices', finalized);
  work.emit('invoice.finalized', finalized);
  return ok(finalized.amount_due === 0 ? markPaid(finalized, work) : finalized);
}

function pay({ id, params, work }: Call<Stripe.InvoicePayParams>): Answer {
  const found = openInvoice(id, work);
  if (!found.ok) return found;
  return params.paid_out_of_band === true ? ok(markPaid(found.value, work)) : notModelled('paid_out_of_band');
}

/** Nothing remains to be paid. */
export function markPaid(invoice: Stripe.Invoice, work: UnitOfWork): Stripe.Invoice {
  const paid = { ...invoice, attempted: true, amount_paid: invoice.amount_due, amount_remaining: 0 };
  return end(paid, { status: 'paid', at: 'paid_at', event: 'invoice.paid' }, work);
}

function end(
  invoice: Stripe.Invoice,
  { status, at, event }: {
    readonly status: 'paid' | 'void';
    readonly at: 'paid_at' | 'voided_at';
    readonly event: 'invoice.paid' | 'invoice.voided';
  },
  work: UnitOfWork,
): Stripe.Invoice {
  const status_transitions = { ...invoice.status_transitions, [at]: work.now };
  const ended: Stripe.Invoice = { ...invoice, status, status_transitions };
  work.put('invoices', ended);
  work.emit(event, ended);
  return ended;
}

function openInvoice(id: string, work: UnitOfWork): Result<Stripe.Invoice, ApiError> {
  const found = findInvoice(id, work);
  if (!found.ok || found.value.status === 'open') return found;
  const message = found.value.status === 'paid' ? 'Invoice is already paid' : `This invoice is ${found.value.status}: it must be open.`;
  return invalidRequest(null, message);
}

function notModelled(parameter: string): Result<never, ApiError> {
  const message = `Stripe does this with '${parameter}'; its local stand-in does not model it.`;
  return invalidRequest('not_modelled_by_stand_in', message, parameter);
}
