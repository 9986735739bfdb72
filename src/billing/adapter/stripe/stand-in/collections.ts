import type { Stripe } from 'stripe';

/** What the stand-in remembers, by collection; every value has its key in `id`. */
export interface Collections {
  readonly account_links: StoredLink;
  readonly accounts: Stripe.Account;
  readonly balance_transactions: Stripe.BalanceTransaction;
  readonly charges: Stripe.Charge;
  readonly checkout_sessions: Stripe.Checkout.Session;
  readonly core_events: StoredCoreEvent;
  readonly credit_notes: Stripe.CreditNote;
  readonly customers: Stripe.Customer;
  readonly deliveries: Delivery;
  /** Payment methods that cannot be used any more. */
  readonly detached_methods: { readonly id: string };
  readonly disputes: Stripe.Dispute;
  readonly events: StoredEvent;
  readonly idempotency_keys: StoredAnswer;
  readonly invoice_items: Stripe.InvoiceItem;
  readonly invoices: Stripe.Invoice;
  readonly meter_events: StoredMeterEvent;
  readonly meters: Stripe.Billing.Meter;
  readonly payment_intents: Stripe.PaymentIntent;
  readonly payment_methods: Stripe.PaymentMethod;
  readonly refunds: Stripe.Refund;
  readonly setup_intents: Stripe.SetupIntent;
  readonly tax_calculations: Stripe.Tax.Calculation & { readonly id: string };
  readonly tax_transactions: Stripe.Tax.Transaction;
  /** Which published test payment method stands behind a payment method of ours. */
  readonly test_methods: { readonly id: string; readonly name: string };
  readonly transfer_reversals: Stripe.TransferReversal;
  readonly transfers: Stripe.Transfer;
}
export type Collection = keyof Collections;

/** A link to the page of onboarding; `id` is what its URL ends with. */
export interface StoredLink {
  readonly id: string;
  readonly account: string;
  /** Seconds since the Unix epoch. */
  readonly expires_at: number;
  readonly returnUrl: string;
  readonly usedAt: number | null;
}

/** https://docs.stripe.com/api/events/object */
export interface StoredEvent {
  readonly id: string;
  readonly object: 'event';
  /** The connected account that it happened on; absent for our own. */
  readonly account?: string;
  readonly api_version: string | null;
  /** Seconds since the Unix epoch. */
  readonly created: number;
  readonly data: { readonly object: object };
  readonly livemode: false;
  readonly pending_webhooks: number;
  readonly request: { readonly id: string | null; readonly idempotency_key: string | null };
  readonly type: Stripe.EventBase['type'];
}

/** An event of API v2: its notification leaves out `data`. https://docs.stripe.com/api/v2/core/events/object */
export interface StoredCoreEvent {
  readonly id: string;
  readonly object: 'v2.core.event';
  readonly type: Stripe.V2.Core.Event['type'];
  /** ISO 8601. */
  readonly created: string;
  readonly livemode: false;
  readonly related_object: Stripe.V2.Core.Events.RelatedObject | null;
  readonly data: object;
}

/** What a meter was sent, and whether it counts; `id` is its identifier until another has that, a day later. */
export interface StoredMeterEvent {
  readonly id: string;
  readonly event: Stripe.Billing.MeterEvent;
  readonly counted: boolean;
}

/** The first answer to an idempotency key; `id` is the key. */
export interface StoredAnswer {
  readonly id: string;
  /** Of method, path and parameters. */
  readonly fingerprint: string;
  readonly path: string;
  readonly requestId: string;
  /** Seconds since the Unix epoch. */
  readonly created: number;
  readonly status: number;
  readonly body: object;
}

/** How far the delivery of an event has come; `id` is the event's. */
export interface Delivery {
  readonly id: string;
  readonly attempts: number;
  readonly state: 'pending' | 'delivered' | 'abandoned';
}
