import type { InvoiceIssued } from '../invoice-register.events.js';
import type { TaxLine } from '../tax/invoice-tax.js';
import type { Period } from './books.tables.js';
import { CURRENCY, SERVICE_NAME, type FocusPeriod } from './focus-charge.js';
import type { Facts } from './focus.columns.js';
import type { Row } from './table.js';

/** An invoice that was issued, as far as its tax is concerned. */
export type TaxedInvoice = Pick<InvoiceIssued, 'number' | 'month' | 'through' | 'issuedAt' | 'tax'>;

/** Taxes of a month, with their place among them; none of a draft. */
export function taxesOf(invoice: TaxedInvoice | null): readonly TaxLine[] {
  return (invoice?.tax?.lines ?? []).filter(({ amount }) => amount !== 0n);
}

export const taxDetailId = (number: string, index: number): string => `${number}-tax-${index + 1}`;

export function taxDescription({ jurisdiction, taxType, percentage }: TaxLine): string {
  return `Tax, ${jurisdiction}: ${taxType ?? 'none'} ${percentage ?? '0'} %`;
}

/** What a row of Cost and Usage says that is of a document and of no charge. */
export function ofDocument({ window, exchangeName, issuerName, organizationId, organizationName, status }: FocusPeriod, cost: bigint): Facts {
  return {
    ...{ BilledCost: cost, ContractedCost: cost, EffectiveCost: cost, ListCost: cost, BillingCurrency: CURRENCY },
    ...{ BillingAccountId: organizationId, BillingAccountName: organizationName, ChargeFrequency: 'One-Time' },
    ...{ BillingPeriodStart: window.start, BillingPeriodEnd: window.end, x_PeriodStatus: status },
    ...{ HostProviderName: exchangeName, InvoiceIssuerName: issuerName, ServiceProviderName: exchangeName },
    ...{ ServiceCategory: 'AI and Machine Learning', ServiceSubcategory: 'Generative AI', ServiceName: SERVICE_NAME },
  };
}

/** As a row of Cost and Usage: of the whole month, since it follows from all of it. */
export function focusTaxRow(period: FocusPeriod, invoice: TaxedInvoice, [line, index]: readonly [TaxLine, number]): Facts {
  const { number: InvoiceId, through } = invoice;
  const { start, end } = period.window;
  return {
    ...ofDocument(period, line.amount),
    ...{ ChargePeriodStart: start, ChargePeriodEnd: end, ChargeCategory: 'Tax', ChargeClass: null },
    ...{ ChargeDescription: taxDescription(line), InvoiceId, InvoiceDetailId: taxDetailId(InvoiceId, index) },
    ...{ x_ChargeKind: 'tax', x_LedgerVersion: BigInt(through) },
  };
}

/** As a row of the invoice's lines: it is of no reservation, and follows from Stripe's calculation. */
export function invoiceTaxRow({ month, status }: Period, { number, through, issuedAt, tax }: TaxedInvoice, line: TaxLine): Row {
  const what = [month, 'tax', null, ''];
  const when = [null, null, issuedAt];
  return [month, status, number, BigInt(through), ...what, ...when, tax?.calculationId ?? null, CURRENCY, line.amount];
}
