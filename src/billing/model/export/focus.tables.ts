import type { Instant } from '../../../kernel/time.js';
import { termDaysOf } from '../document/billing-document.js';
import { termsOn, type PaymentTerms } from '../payment-terms.js';
import type { ChargeRow } from './books.tables.js';
import { categoryOf, CURRENCY, descriptionOf, detailIdOf, type FocusPeriod } from './focus-charge.js';
import type { Facts } from './focus.columns.js';
import type { TaxLine } from '../tax/invoice-tax.js';
import { taxDescription, taxDetailId } from './tax.rows.js';

/** What is known of the month's invoice; null while it is a draft. */
export interface InvoiceFacts {
  readonly number: string;
  readonly issuedAt: Instant;
  readonly dueAt: Instant | null;
  /** What of it was drawn on the credit line. */
  readonly onCreditLine: bigint;
}

/** `DRAFT-2026-11` stands for the invoice that is not issued yet. */
const draftOf = ({ month }: FocusPeriod): string => `DRAFT-${month}`;

/** One row for each line of the invoice. */
export function invoiceDetail(
  period: FocusPeriod,
  invoice: InvoiceFacts | null,
  charge: ChargeRow,
): Facts {
  const InvoiceId = invoice?.number ?? draftOf(period);
  const InvoiceDetailId = detailIdOf(InvoiceId, charge);
  const { reservationId, kind: x_ChargeKind, version } = charge;
  return {
    ...detailOf(period, charge.amount, InvoiceDetailId),
    ...{ InvoiceId, ReferenceInvoiceId: InvoiceId, ChargeCategory: categoryOf(charge) },
    ...{ InvoiceDetailCreated: charge.postedAt, InvoiceDetailDescription: descriptionOf(charge) },
    InvoiceDetailGrain: JSON.stringify({
      ...{ ...grainOf(period, reservationId), x_ChargeKind, x_LedgerVersion: version },
    }),
    ...(invoice === null ? openAt(charge.postedAt, period) : issuedAs(invoice)),
  };
}

/** What a line is for: no property that FOCUS defines there, which files of invoices until the third layout do not say. */
export const grainOf = ({ layout }: FocusPeriod, reservationId: string): Readonly<Record<string, string>> =>
  layout < 4 ? { CapacityReservationId: reservationId } : { x_CapacityReservationId: reservationId };

const openAt = (instant: Instant, { draftTerms }: FocusPeriod): Facts => ({
  ...{ InvoiceDetailLastUpdated: instant, InvoiceIssueDate: null, InvoiceIssueStatus: 'Open' },
  ...{ PaymentDueDate: null, PaymentTerms: termsText(draftTerms ?? termsOn(null)) },
});

const issuedAs = (invoice: InvoiceFacts): Facts => ({
  ...{ InvoiceDetailLastUpdated: invoice.issuedAt, InvoiceIssueDate: invoice.issuedAt, InvoiceIssueStatus: 'Issued' },
  ...{ PaymentDueDate: invoice.dueAt, PaymentTerms: termsText(termsOf(invoice)) },
});

/** As the invoice itself has them: those of the credit line where it was drawn, else of the wallet. */
const termsOf = ({ onCreditLine, issuedAt, dueAt }: InvoiceFacts): PaymentTerms => ({
  termDays: termDaysOf({ issuedAt, dueAt, draftTermDays: null }),
  isOnCreditLine: onCreditLine > 0n,
});

const termsText = ({ termDays, isOnCreditLine }: PaymentTerms): string =>
  `Net ${termDays} days, ${isOnCreditLine ? 'on the credit line' : 'from the wallet'}`;

/** One row for each tax of the invoice. */
export function taxDetail(period: FocusPeriod, invoice: InvoiceFacts, [line, index]: readonly [TaxLine, number]): Facts {
  const { number: InvoiceId, issuedAt } = invoice;
  const { jurisdiction: x_Jurisdiction, percentage: x_Percentage, reason: x_Reason } = line;
  return {
    ...detailOf(period, line.amount, taxDetailId(InvoiceId, index)),
    ...{ InvoiceId, ReferenceInvoiceId: InvoiceId, ChargeCategory: 'Tax' },
    ...{ InvoiceDetailCreated: issuedAt, InvoiceDetailDescription: taxDescription(line) },
    InvoiceDetailGrain: JSON.stringify({ x_ChargeKind: 'tax', x_Jurisdiction, x_Percentage, x_Reason }),
    ...issuedAs(invoice),
  };
}

export const costOf = (BilledCost: bigint, InvoiceDetailId: string): Facts => ({
  ...{ BilledCost, InvoiceDetailId },
  ...{ PaymentCurrencyBilledCost: BilledCost, PaymentCurrencyInvoiceDetailId: InvoiceDetailId },
});

export function detailOf(period: FocusPeriod, BilledCost: bigint, InvoiceDetailId: string): Facts {
  const { window, organizationId: BillingAccountId, issuerName: InvoiceIssuerName } = period;
  return {
    ...costOf(BilledCost, InvoiceDetailId),
    ...{ BillingAccountId, BillingCurrency: CURRENCY },
    ...{ BillingPeriodStart: window.start, BillingPeriodEnd: window.end, InvoiceIssuerName },
    ...{ PaymentCurrency: CURRENCY },
    x_PeriodStatus: period.status,
  };
}

/** @param closedAt when the month's invoice was issued, or it was closed without one; null: it is open */
export function billingPeriod(period: FocusPeriod, closedAt: Instant | null): Facts {
  const { start, end } = period.window;
  return {
    ...{ BillingPeriodCreated: start, BillingPeriodStart: start, BillingPeriodEnd: end },
    BillingPeriodLastUpdated: closedAt ?? start,
    BillingPeriodStatus: closedAt === null ? 'Open' : 'Closed',
    ...{ InvoiceIssuerName: period.issuerName, x_PeriodStatus: period.status },
  };
}
