import type { Stripe } from 'stripe';
import { present } from '../../../../kernel/assert.js';
import { ok, type Result } from '../../../../kernel/result.js';
import { invalidRequest, missingResource, type ApiError } from './api-error.js';
import { listAnswer } from './listing.js';
import { metadataOf, orNull, type Answer, type Call, type Operation, type OperationTable } from './operation.js';

type CreateParams = Stripe.InvoiceItemCreateParams;

/** https://docs.stripe.com/invoicing/integration: an invoice holds no more. */
const ITEMS_MAX = 250;
/** What an invoice shows of its lines; the rest is listed. */
const LINES_SHOWN = 10;

/** https://docs.stripe.com/api/invoiceitems/create */
const createInvoiceItem: Operation<CreateParams> = {
  modelled: ['amount', 'currency', 'customer', 'description', 'expand', 'invoice', 'metadata'],
  handle: create,
};

const listInvoiceItems: Operation<Stripe.InvoiceItemListParams> = {
  modelled: ['ending_before', 'expand', 'invoice', 'limit', 'starting_after'],
  handle: ({ params, work }) => {
    const { invoice } = params;
    const all = work.newest('invoice_items').filter((one) => invoice === undefined || one.invoice === invoice);
    return listAnswer(all, params, { url: '/v1/invoiceitems', kind: 'invoiceitem' });
  },
};

export const INVOICE_ITEM_OPERATIONS: OperationTable = {
  'invoice_items.create': createInvoiceItem,
  'invoice_items.list': listInvoiceItems,
};

function create(call: Call<CreateParams>): Answer {
  const { params, work, make } = call;
  const found = editableInvoice(call);
  if (!found.ok) return found;
  const invoice = found.value;
  const { amount = 0, currency = 'usd' } = params;
  const item: Stripe.InvoiceItem = {
    ...make.fixture<Stripe.InvoiceItem>('invoiceitem'),
    ...{ id: work.id('ii'), amount, currency, customer: invoice.customer ?? '', invoice: invoice.id, date: work.now },
    ...{ description: orNull(params.description), metadata: metadataOf(params.metadata), net_amount: amount },
    ...{ parent: null, period: { start: work.now, end: work.now } },
  };
  work.put('invoice_items', item);
  work.put('invoices', withLine(invoice, item, lineOf(item, call)));
  work.emit('invoiceitem.created', item);
  return ok(item);
}

function editableInvoice({ params, work }: Call<CreateParams>): Result<Stripe.Invoice, ApiError> {
  const { invoice: id = '', customer } = params;
  const invoice = work.get('invoices', id);
  if (invoice === undefined) return missingResource('invoice', id, 'invoice');
  if (invoice.status !== 'draft') {
    return invalidRequest('invoice_not_editable', 'This invoice is no longer editable.', 'invoice');
  }
  if (customer !== invoice.customer) return invalidRequest(null, 'The invoice is of another customer.', 'customer');
  const count = work.newest('invoice_items').filter((one) => one.invoice === id).length;
  if (count >= ITEMS_MAX) return invalidRequest(null, `An invoice has at most ${ITEMS_MAX} items.`, 'invoice');
  return ok(invoice);
}

function lineOf({ amount, currency, description, metadata, period, invoice }: Stripe.InvoiceItem, { make, work }: Call<CreateParams>): Stripe.InvoiceLineItem {
  const [sample] = make.fixture<Stripe.Invoice>('invoice').lines.data;
  const given = { id: work.id('il'), amount, currency, description, metadata: metadata ?? {}, period, subtotal: amount };
  return { ...present(sample, 'the line of the invoice fixture'), ...given, invoice: String(invoice), parent: null };
}

function withLine(invoice: Stripe.Invoice, { amount }: Stripe.InvoiceItem, line: Stripe.InvoiceLineItem): Stripe.Invoice {
  const total = invoice.total + amount;
  const { data, has_more: hasMore } = invoice.lines;
  const isShown = data.length < LINES_SHOWN;
  const lines = { ...invoice.lines, data: isShown ? [...data, line] : data, has_more: hasMore || !isShown };
  const sums = { subtotal: total, subtotal_excluding_tax: total, total, total_excluding_tax: total };
  return { ...invoice, ...sums, amount_due: Math.max(0, total), amount_remaining: Math.max(0, total), lines };
}
