import { marketOf } from '../../../kernel/ids.js';
import { floorToGrid, HOUR_MS, plus, type Instant } from '../../../kernel/time.js';
import type { FocusPeriod } from './focus-charge.js';
import type { Facts } from './focus.columns.js';
import { costOf, detailOf, grainOf } from './focus.tables.js';
import { ofDocument } from './tax.rows.js';

/** What an invoice charged too much, as the month in which it was issued shows it. */
export interface CreditNoteFacts {
  readonly number: string;
  readonly invoiceNumber: string;
  readonly reservationId: string;
  readonly amount: bigint;
  /** What of the invoice's tax it gives back beside that. */
  readonly tax: bigint;
  /** The rated hour of a count that was conceded; null: the exchange gives it back. */
  readonly settles: string | null;
  readonly issuedAt: Instant;
}

const detailIdOf = ({ number }: CreditNoteFacts): string => `${number}-1`;
const taxDetailIdOf = ({ number }: CreditNoteFacts): string => `${number}-tax-1`;
const describe = ({ invoiceNumber, settles }: CreditNoteFacts): string => `Credit note for ${invoiceNumber}${settles === null ? '' : ', which settles a count that was conceded'}`;
const describeTax = ({ invoiceNumber }: CreditNoteFacts): string => `Tax of ${invoiceNumber}, given back`;

/**
 * Rows of Cost and Usage, one for what is given back and one for the tax of it. An invoice is of a month that
 * was over, so that a note always corrects an earlier one.
 */
export function creditNoteCosts(period: FocusPeriod, note: CreditNoteFacts): readonly Facts[] {
  const { number: InvoiceId, reservationId, issuedAt, amount, tax } = note;
  const start = floorToGrid(issuedAt, HOUR_MS);
  const market = marketOf(reservationId);
  const [x_ModelId = null, x_Quantization = null] = market?.split('@') ?? [];
  const common = { InvoiceId, ChargeClass: 'Correction', ChargePeriodStart: start, ChargePeriodEnd: plus(start, HOUR_MS) };
  const rows: readonly Facts[] = [
    {
      ...{ ...ofDocument(period, -amount), ...common, ChargeCategory: 'Credit', x_ModelId, x_Quantization },
      ...{ ChargeDescription: describe(note), InvoiceDetailId: detailIdOf(note), x_ChargeKind: 'credit_note' },
    },
    {
      ...{ ...ofDocument(period, -tax), ...common, ChargeCategory: 'Tax' },
      ...{ ChargeDescription: describeTax(note), InvoiceDetailId: taxDetailIdOf(note), x_ChargeKind: 'tax' },
    },
  ];
  return rows.filter(({ BilledCost }) => BilledCost !== 0n);
}

/** Lines of Invoice Detail, likewise: a credit note is a document of its own, and says what it corrects. */
export function creditNoteDetails(period: FocusPeriod, note: CreditNoteFacts): readonly Facts[] {
  const { number: InvoiceId, invoiceNumber, reservationId, issuedAt, amount, tax } = note;
  const own: Facts = {
    ...detailOf(period, -amount, detailIdOf(note)),
    ...{ InvoiceId, ReferenceInvoiceId: invoiceNumber, ChargeCategory: 'Credit' },
    ...{ InvoiceDetailCreated: issuedAt, InvoiceDetailLastUpdated: issuedAt, InvoiceDetailDescription: describe(note) },
    InvoiceDetailGrain: JSON.stringify(grainOf(period, reservationId)),
    ...{ InvoiceIssueDate: issuedAt, InvoiceIssueStatus: 'Issued', PaymentDueDate: issuedAt },
    PaymentTerms: note.settles === null ? 'Paid into the wallet when issued' : 'Taken off what is owed, or paid into the wallet as it is given back',
  };
  const ofTax: Facts = { ...own, ...costOf(-tax, taxDetailIdOf(note)), ChargeCategory: 'Tax', InvoiceDetailDescription: describeTax(note) };
  return [own, ofTax].filter(({ BilledCost }) => BilledCost !== 0n);
}
