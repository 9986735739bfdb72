import { defineProjection, type AnyProjection, type RowChange } from '../../eventstore/projection.js';
import { invoiceCodec } from '../application/invoice.definition.js';
import type { InvoiceEvent, InvoiceIssued } from '../model/invoice-register.events.js';
import { totalsOf } from '../model/kind-totals.js';
import { partOf } from '../model/lines-part.js';
import { groupTotals } from '../model/overage-parts.js';
import { storedLine } from './invoice-line.rows.js';

const LINE = 'invoice_line';
const SUMMARY = 'invoice_summary';

/** Issued invoices line by line, and what is told of them without reading all lines. */
export const invoiceLineProjection: AnyProjection = defineProjection<InvoiceEvent>({
  name: 'invoice-lines',
  category: 'invoice',
  tables: [
    { name: LINE, key: ['number', 'place'] },
    { name: SUMMARY, key: ['number'] },
  ],
  codec: invoiceCodec,
  project: (event) => (event.type === 'InvoiceIssued' ? [...linesOf(event), summaryOf(event)] : []),
});

function linesOf({ number, lines }: InvoiceIssued): readonly RowChange[] {
  return partOf(lines, { after: 0, limit: lines.length }).map(({ place, ...line }) => ({
    ...{ kind: 'put', table: LINE },
    row: { number, place, line: storedLine(line) },
  }));
}

function summaryOf(event: InvoiceIssued): RowChange {
  const { number, organizationId, lines } = event;
  const { schemaVersion, data } = invoiceCodec.encode({ ...event, lines: [] });
  const row = {
    ...{ number, organization_id: organizationId, line_count: lines.length },
    invoice: { schemaVersion, data },
    totals: totalsOf(lines).map(({ kind, count, amount }) => ({ kind, count, amount: String(amount) })),
    overage: groupTotals(lines).map(({ tokenClass, tier, count, amount, credited }) => ({ tokenClass, tier, count, amount: String(amount), credited: String(credited) })),
  };
  return { kind: 'put', table: SUMMARY, row };
}
