import type { Stripe } from 'stripe';
import { z } from 'zod';
import { ok, type Result } from '../../../kernel/result.js';
import type { CreditNoteRequest, InvoiceFacts, InvoiceGateway, InvoiceItemRequest, InvoiceRequest } from './invoice-gateway.js';
import type { PaymentFailure } from './payment-gateway.js';
import type { StripeClient } from './stripe.client.js';
import { ORGANIZATION_KEY } from './stripe.payment.js';

const NUMBER_KEY = 'headroom_number';
const ITEM_KEY = 'headroom_item';
const PAGE = 100;

/** https://docs.stripe.com/api/invoices/object */
const invoiceSchema = z
  .object({
    id: z.string(),
    metadata: z.record(z.string(), z.string()).nullish(),
    status: z.enum(['draft', 'open', 'paid', 'void', 'uncollectible']),
    total: z.int(),
    pre_payment_credit_notes_amount: z.int(),
    post_payment_credit_notes_amount: z.int(),
  })
  .transform(
    (invoice): InvoiceFacts => ({
      invoiceId: invoice.id,
      number: invoice.metadata?.[NUMBER_KEY] ?? null,
      status: invoice.status,
      totalCents: BigInt(invoice.total),
      creditedCents: BigInt(invoice.pre_payment_credit_notes_amount + invoice.post_payment_credit_notes_amount),
    }),
  );

type Asked<Value> = Promise<Result<Value, PaymentFailure>>;

const readInvoice = (invoice: unknown): Result<InvoiceFacts, never> => ok(invoiceSchema.parse(invoice));

/** Invoices, their items and credit notes over the `stripe` SDK. */
export class StripeInvoices implements InvoiceGateway {
  constructor(private readonly client: StripeClient) {}

  find(customer: string, number: string): Asked<InvoiceFacts | null> {
    return this.client.ask(async (stripe) => {
      for await (const invoice of stripe.invoices.list({ customer, limit: PAGE })) {
        if (invoice.metadata?.[NUMBER_KEY] === number) return invoiceSchema.parse(invoice);
      }
      return null;
    }, ok);
  }

  retrieve(invoiceId: string): Asked<InvoiceFacts> {
    return this.client.ask((stripe) => stripe.invoices.retrieve(invoiceId), readInvoice);
  }

  create({ organizationId, customerId: customer, number, issuedAt, idempotencyKey }: InvoiceRequest): Asked<InvoiceFacts> {
    const params: Stripe.InvoiceCreateParams = {
      ...{ customer, currency: 'usd', effective_at: Math.floor(issuedAt / 1_000) },
      // Nobody is charged by it, and nothing of the customer's that waits elsewhere gets onto it.
      ...{ auto_advance: false, pending_invoice_items_behavior: 'exclude' },
      custom_fields: [{ name: 'Invoice', value: number }],
      metadata: { [ORGANIZATION_KEY]: organizationId, [NUMBER_KEY]: number },
    };
    return this.client.ask((stripe) => stripe.invoices.create(params, { idempotencyKey }), readInvoice);
  }

  itemsOf(invoice: string): Asked<ReadonlySet<string>> {
    return this.client.ask(async (stripe) => {
      const names = new Set<string>();
      for await (const { metadata } of stripe.invoiceItems.list({ invoice, limit: PAGE })) {
        const name = metadata?.[ITEM_KEY];
        if (name !== undefined) names.add(name);
      }
      return names;
    }, ok);
  }

  addItem({ invoiceId: invoice, customerId: customer, name, description, cents, idempotencyKey }: InvoiceItemRequest): Asked<string> {
    const params = { invoice, customer, description, amount: Number(cents), currency: 'usd', metadata: { [ITEM_KEY]: name } };
    return this.client.ask(
      (stripe) => stripe.invoiceItems.create(params, { idempotencyKey }),
      ({ id }) => ok(id),
    );
  }

  finalize(invoiceId: string, idempotencyKey: string): Asked<InvoiceFacts> {
    const params = { auto_advance: false };
    return this.client.ask((stripe) => stripe.invoices.finalizeInvoice(invoiceId, params, { idempotencyKey }), readInvoice);
  }

  markPaid(invoiceId: string, idempotencyKey: string): Asked<InvoiceFacts> {
    const params = { paid_out_of_band: true };
    return this.client.ask((stripe) => stripe.invoices.pay(invoiceId, params, { idempotencyKey }), readInvoice);
  }

  makeVoid(invoiceId: string, idempotencyKey: string): Asked<InvoiceFacts> {
    return this.client.ask((stripe) => stripe.invoices.voidInvoice(invoiceId, {}, { idempotencyKey }), readInvoice);
  }

  findCreditNote(invoice: string, number: string): Asked<string | null> {
    return this.client.ask(async (stripe) => {
      for await (const { id, metadata } of stripe.creditNotes.list({ invoice, limit: PAGE })) {
        if (metadata?.[NUMBER_KEY] === number) return id;
      }
      return null;
    }, ok);
  }

  createCreditNote({ invoiceId: invoice, number, cents, isPaid, idempotencyKey }: CreditNoteRequest): Asked<string> {
    const amount = Number(cents);
    const back = isPaid ? { out_of_band_amount: amount } : {};
    const params = { invoice, amount, ...back, metadata: { [NUMBER_KEY]: number } };
    return this.client.ask(
      (stripe) => stripe.creditNotes.create(params, { idempotencyKey }),
      ({ id }) => ok(id),
    );
  }
}
