import type { Result } from '../../../kernel/result.js';
import type { Instant } from '../../../kernel/time.js';
import type { PaymentFailure } from './payment-gateway.js';

/** What Stripe says of an invoice that we made there. */
export interface InvoiceFacts {
  readonly invoiceId: string;
  /** Ours, from the metadata that we sent. */
  readonly number: string | null;
  readonly status: 'draft' | 'open' | 'paid' | 'void' | 'uncollectible';
  readonly totalCents: bigint;
  /** By credit notes. */
  readonly creditedCents: bigint;
}

export interface InvoiceRequest {
  readonly organizationId: string;
  readonly customerId: string;
  readonly number: string;
  readonly issuedAt: Instant;
  readonly idempotencyKey: string;
}

export interface InvoiceItemRequest {
  readonly invoiceId: string;
  readonly customerId: string;
  /** Tells it from the invoice's others. */
  readonly name: string;
  readonly description: string;
  /** US cents; below zero is credited. */
  readonly cents: bigint;
  readonly idempotencyKey: string;
}

export interface CreditNoteRequest {
  readonly invoiceId: string;
  readonly number: string;
  readonly cents: bigint;
  /** What was paid has been given back elsewhere. */
  readonly isPaid: boolean;
  readonly idempotencyKey: string;
}

type Asked<Value> = Promise<Result<Value, PaymentFailure>>;

/** The door to invoices at Stripe. Nothing is collected through them. */
export interface InvoiceGateway {
  /** The customer's invoice that bears our number; null for none. */
  find(customerId: string, number: string): Asked<InvoiceFacts | null>;
  retrieve(invoiceId: string): Asked<InvoiceFacts>;
  create(request: InvoiceRequest): Asked<InvoiceFacts>;
  /** Names of the items that an invoice has. */
  itemsOf(invoiceId: string): Asked<ReadonlySet<string>>;
  addItem(request: InvoiceItemRequest): Asked<string>;
  finalize(invoiceId: string, idempotencyKey: string): Asked<InvoiceFacts>;
  /** Paid elsewhere. */
  markPaid(invoiceId: string, idempotencyKey: string): Asked<InvoiceFacts>;
  makeVoid(invoiceId: string, idempotencyKey: string): Asked<InvoiceFacts>;
  /** The credit note of an invoice that bears our number; null for none. */
  findCreditNote(invoiceId: string, number: string): Asked<string | null>;
  createCreditNote(request: CreditNoteRequest): Asked<string>;
}
