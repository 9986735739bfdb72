import type { JsonOf } from '../../eventstore/stream-definition.js';
import { formatUsd, ZERO_USD } from '../../kernel/money.js';
import { formatInstant, type Instant } from '../../kernel/time.js';
import type { InvoiceView } from '../application/invoice.service.js';
import type { InvoiceRejection } from '../model/invoice-register.js';
import type { TaxWait } from '../model/tax/invoice-tax.js';
import type { InvoiceSummary } from '../projection/invoice-line.queries.js';
import type { InvoiceType } from './invoice.types.js';

/** An invoice as it is resolved: what is told of it without its lines, or null and all of them. */
export interface Summarized extends Omit<InvoiceType, 'lines'> {
  readonly lines: InvoiceView['lines'];
  readonly summary: InvoiceSummary | null;
}

/** Of one that was issued; whoever asks for its lines has them read. */
export const showSummary = (summary: InvoiceSummary): Summarized => ({ ...showInvoice(summary.invoice, { wait: null, closedAt: null }), summary });

/** @param month what the month waits for, and when it was closed without an invoice */
export function showInvoice(invoice: InvoiceView, { wait, closedAt }: { readonly wait: TaxWait | null; readonly closedAt: Instant | null }): Summarized {
  const { charges, credits, tax, ...facts } = invoice;
  const taxAmount = tax?.amount ?? ZERO_USD;
  return {
    ...{ summary: null, closedAt },
    ...{ ...facts, charges, credits, taxAmount, total: charges - credits + taxAmount },
    ...{ taxes: tax?.lines ?? [], taxCalculationId: tax?.calculationId ?? null },
    waitingForTax: wait === null ? null : { reason: wait, message: taxWaitMessage(wait) },
  };
}

export function showInvoiceRejection(rejection: JsonOf<InvoiceRejection>): object {
  const { code, ...found } = rejection;
  const data = { number: null, endsAt: null, closedAt: null, available: null, taxWait: 'reason' in found ? found.reason : null, ...found };
  return { __typename: 'InvoiceRejection', code, message: messageOf(rejection), ...data };
}

/** What a person can do about it. */
export function taxWaitMessage(wait: TaxWait): string {
  switch (wait) {
    case 'NO_ADDRESS':
      return 'tax is determined by your address, which nobody has told us: set the billing profile, and the invoice follows';
    case 'ADDRESS_REFUSED':
      return 'Stripe Tax does not know the address of your billing profile: correct it (country, postal code), and the invoice follows';
    case 'TAX_ID_REFUSED':
      return 'Stripe Tax does not take the tax id of your billing profile: correct it, and the invoice follows';
    case 'NO_ANSWER':
      return 'Stripe Tax has not answered yet: it is asked again, and the invoice follows';
    case 'NEEDS_REVIEW':
      return 'Stripe Tax did not answer for long: those who run the exchange look at it, and the invoice follows';
    case 'DRAFT_CHANGED':
      return 'the month changed while its tax was determined: try again, with a new key';
  }
}

function messageOf(rejection: JsonOf<InvoiceRejection>): string {
  switch (rejection.code) {
    case 'ALREADY_ISSUED':
      return `the month has invoice ${rejection.number}`;
    case 'MONTH_CLOSED':
      return `the month was closed at ${formatInstant(rejection.closedAt)} without an invoice: nothing was charged in it`;
    case 'MONTH_NOT_OVER':
      return `the month is over at ${formatInstant(rejection.endsAt)}`;
    case 'MONTH_NOT_FINAL':
      return `what was charged in the month is final at ${formatInstant(rejection.finalAt)}`;
    case 'NOT_SETTLED':
      return 'delivery of the month is still being settled: try again in a minute, with a new key';
    case 'NOTHING_TO_INVOICE':
      return 'nothing was charged or credited in this month';
    case 'SOMETHING_TO_INVOICE':
      return 'something was charged or credited in this month: it is closed by its invoice';
    case 'WAITING_FOR_TAX':
      return taxWaitMessage(rejection.reason);
    case 'INVOICE_NOT_FOUND':
      return 'there is no invoice of that number';
    case 'INVOICE_VOID':
      return 'the invoice is void: its month is open again';
    case 'INVOICE_PAID':
      return 'the invoice is paid: a credit note gives back what it charged too much';
    case 'INVOICE_CREDITED':
      return 'a credit note corrects the invoice already';
    case 'LATER_INVOICE':
      return `invoice ${rejection.number} was issued since: a credit note corrects this one`;
    case 'CREDIT_TOO_HIGH':
      return `at most ${formatUsd(BigInt(rejection.available))} USD of what it charged for the reservation are left, after service credits and credit notes`;
  }
}
