import type { Stripe } from 'stripe';
import { EXPAND, type Samples } from './payments.samples.testing.js';

const aCustomer = async (stripe: Stripe): Promise<string> => (await stripe.customers.create()).id;

const DRAFT = { auto_advance: false } as const;

export async function draftInvoice(stripe: Stripe, amount = 500): Promise<Stripe.Invoice> {
  const customer = await aCustomer(stripe);
  const { id } = await stripe.invoices.create({ ...DRAFT, customer });
  await stripe.invoiceItems.create({ customer, invoice: id, amount, currency: 'usd' });
  return stripe.invoices.retrieve(id);
}

export async function openInvoice(stripe: Stripe, amount?: number): Promise<string> {
  const { id } = await stripe.invoices.finalizeInvoice((await draftInvoice(stripe, amount)).id);
  return id;
}

/** Invoices, their items and what is given back of them. */
export const INVOICE_SAMPLES: Samples = {
  'credit_notes.create': {
    prepare: anInvoice,
    call: (stripe, id, more) => stripe.creditNotes.create({ invoice: id, amount: 100, ...more }),
    required: 'invoice',
    mistyped: { amount: 'much' },
    resource: 'credit_note',
  },
  'credit_notes.list': {
    prepare: anInvoice,
    call: (stripe, id, more) => stripe.creditNotes.list({ invoice: id, ...more }),
    required: null,
    mistyped: { limit: 'many' },
    resource: 'list',
  },
  'invoice_items.create': {
    prepare: async (stripe) => (await draftInvoice(stripe)).id,
    call: async (stripe, id, more) => {
      const { customer } = await stripe.invoices.retrieve(id);
      return stripe.invoiceItems.create({ customer: String(customer), invoice: id, amount: 100, ...more });
    },
    required: null,
    mistyped: { amount: 'much' },
    resource: 'invoiceitem',
  },
  'invoice_items.list': {
    prepare: anInvoice,
    call: (stripe, id, more) => stripe.invoiceItems.list({ invoice: id, ...more }),
    required: null,
    mistyped: { limit: 'many' },
    resource: 'list',
  },
  'invoices.create': {
    prepare: aCustomer,
    call: (stripe, id, more) => stripe.invoices.create({ ...DRAFT, customer: id, ...more }),
    required: null,
    mistyped: { effective_at: 'soon' },
    resource: 'invoice',
  },
  'invoices.finalizeInvoice': {
    prepare: async (stripe) => (await draftInvoice(stripe)).id,
    call: (stripe, id, more) => stripe.invoices.finalizeInvoice(id, more),
    required: null,
    mistyped: EXPAND,
    resource: 'invoice',
  },
  'invoices.list': {
    prepare: aCustomer,
    call: (stripe, id, more) => stripe.invoices.list({ customer: id, ...more }),
    required: null,
    mistyped: { limit: 'many' },
    resource: 'list',
  },
  'invoices.pay': {
    prepare: anInvoice,
    call: (stripe, id, more) => stripe.invoices.pay(id, { paid_out_of_band: true, ...more }),
    required: null,
    mistyped: EXPAND,
    resource: 'invoice',
  },
  'invoices.retrieve': {
    prepare: anInvoice,
    call: (stripe, id, more) => stripe.invoices.retrieve(id, more),
    required: null,
    mistyped: EXPAND,
    resource: 'invoice',
  },
  'invoices.voidInvoice': {
    prepare: anInvoice,
    call: (stripe, id, more) => stripe.invoices.voidInvoice(id, more),
    required: null,
    mistyped: EXPAND,
    resource: 'invoice',
  },
};

function anInvoice(stripe: Stripe): Promise<string> {
  return openInvoice(stripe);
}
