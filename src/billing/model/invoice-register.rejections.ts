import type { Decision } from '../../kernel/decider.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import type { InvoiceEvent } from './invoice-register.events.js';
import type { TaxWait } from './tax/invoice-tax.js';

/** Why nothing is done, for each command in the order in which reasons are looked for. */
export type InvoiceRejection =
  | { readonly code: 'ALREADY_ISSUED'; readonly number: string }
  | { readonly code: 'MONTH_CLOSED'; readonly closedAt: Instant }
  | { readonly code: 'MONTH_NOT_OVER'; readonly endsAt: Instant }
  | { readonly code: 'MONTH_NOT_FINAL'; readonly finalAt: Instant }
  | { readonly code: 'NOT_SETTLED' }
  | { readonly code: 'NOTHING_TO_INVOICE' }
  | { readonly code: 'SOMETHING_TO_INVOICE' }
  | { readonly code: 'WAITING_FOR_TAX'; readonly reason: TaxWait }
  | { readonly code: 'INVOICE_NOT_FOUND' }
  | { readonly code: 'INVOICE_VOID' }
  | { readonly code: 'INVOICE_PAID' }
  | { readonly code: 'INVOICE_CREDITED' }
  | { readonly code: 'LATER_INVOICE'; readonly number: string }
  | { readonly code: 'CREDIT_TOO_HIGH'; readonly available: MicroUsd };

export type InvoiceDecision = Decision<InvoiceEvent, InvoiceRejection>;
