import { assertNever } from '../../kernel/assert.js';
import { formatInstant } from '../../kernel/time.js';
import { defineProjection, type AnyProjection, type RowChange } from '../../eventstore/projection.js';
import { invoiceCodec } from '../application/invoice.definition.js';
import type { CreditNoteAsked, CreditNoteIssued, CreditNoteRefused, InvoiceEvent, InvoiceIssued, MonthClosed } from '../model/invoice-register.events.js';

const TABLE = 'invoice';
const CREDIT_NOTE = 'credit_note';

/** Invoices and credit notes as rows. */
export const invoiceProjection: AnyProjection = defineProjection<InvoiceEvent>({
  name: 'invoice',
  category: 'invoice',
  tables: [
    { name: TABLE, key: ['number'] },
    { name: CREDIT_NOTE, key: ['number'] },
  ],
  codec: invoiceCodec,
  project: (event) => changesOf(event),
});

function changesOf(event: InvoiceEvent): readonly RowChange[] {
  // What is asked for is no document yet, and a month that is closed without an invoice has none.
  if (event.type === 'CreditNoteAsked' || event.type === 'CreditNoteRefused' || event.type === 'MonthClosed') return [];
  return [changeOf(event)];
}

function changeOf(event: Exclude<InvoiceEvent, CreditNoteAsked | CreditNoteRefused | MonthClosed>): RowChange {
  switch (event.type) {
    case 'InvoiceIssued':
      return issued(event);
    case 'InvoicePaid': {
      const values = { status: 'paid', paid_at: formatInstant(event.paidAt) };
      return { kind: 'set', table: TABLE, key: { number: event.number }, values };
    }
    case 'InvoiceOverdue': {
      const values = { overdue_at: formatInstant(event.notedAt) };
      return { kind: 'set', table: TABLE, key: { number: event.number }, values };
    }
    case 'InvoiceVoided': {
      const { number, reason: void_reason, voidedAt } = event;
      const values = { status: 'void', void_reason, voided_at: formatInstant(voidedAt) };
      return { kind: 'set', table: TABLE, key: { number }, values };
    }
    case 'CreditNoteIssued':
      return credited(event);
    default:
      return assertNever(event);
  }
}

function credited({ number, invoiceNumber: invoice_number, amount, reason, ...note }: CreditNoteIssued): RowChange {
  const whose = { organization_id: note.organizationId, reservation_id: note.reservationId };
  const { amount: tax, taxable } = note.tax ?? { amount: 0n, taxable: 0n };
  const parties = { issuer_party: note.parties?.issuer ?? null, customer_party: note.parties?.customer ?? null };
  const row = { number, invoice_number, ...whose, amount, tax, taxable, reason, settles: note.settles, issued_at: formatInstant(note.issuedAt), ...parties };
  return { kind: 'put', table: CREDIT_NOTE, row };
}

function issued({ type: _type, ...invoice }: InvoiceIssued): RowChange {
  const { number, month, charges, credits, dueAt } = invoice;
  const row = {
    ...{ number, organization_id: invoice.organizationId, month, charges, credits },
    issued_at: formatInstant(invoice.issuedAt),
    status: 'issued',
    due_at: dueAt === null ? null : formatInstant(dueAt),
    on_credit_line: invoice.onCreditLine,
    tax: invoice.tax?.amount ?? 0n,
  };
  return { kind: 'put', table: TABLE, row };
}
