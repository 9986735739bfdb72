import { createHash } from 'node:crypto';
import { present } from '../../../kernel/assert.js';
import { purchaseAt } from '../../../../test/support/focus.js';
import { endOfMonth, type Instant } from '../../../kernel/time.js';
import { renderElectronic } from '../../adapter/document/e-invoice.js';
import { renderPdf } from '../../adapter/document/pdf.document.js';
import { openTable, type TableFormat } from '../../adapter/table/table-writer.js';
import { invoiceCsv } from '../../api/invoice-csv.js';
import { earnedLine, LineGroups, totalled, type BillingDocument, type DocumentKind } from '../../model/document/billing-document.js';
import { documentTaxOf } from '../../model/document/document-tax.js';
import { billed, isElectronic } from '../../model/document/electronic-document.js';
import type { Party } from '../../model/document/party.js';
import { invoiceLineRows, invoiceLinesTable, type ChargeRow } from '../../model/export/books.tables.js';
import { commitmentRow } from '../../model/export/commitment.rows.js';
import type { FocusCharge, FocusPeriod } from '../../model/export/focus-charge.js';
import { FocusRows } from '../../model/export/focus-rows.js';
import { BILLING_PERIOD, CONTRACT_COMMITMENT, COST_AND_USAGE, focusTable, INVOICE_DETAIL, rowOf } from '../../model/export/focus.columns.js';
import { billingPeriod, invoiceDetail } from '../../model/export/focus.tables.js';
import { focusTaxRow, invoiceTaxRow, taxesOf } from '../../model/export/tax.rows.js';
import type { Row, Table } from '../../model/export/table.js';
import type { InvoiceIssued, InvoiceLayout } from '../../model/invoice-register.events.js';
import { invoiceCodec } from '../invoice.definition.js';
import { DIGESTS } from './issued-files.digests.js';
import { ISSUED } from './issued-files.testing.js';

const START = Date.parse('2026-11-01T00:00:00Z') as Instant;
const party = (name: string, locale: string): Party => ({
  ...{ id: `org-${name}`, name, address: { street: 'Musterweg 1', postalCode: '10115', city: 'Berlin', country: 'DE' } },
  ...{ taxId: 'DE123456789', email: 'books@example.com', locale },
});

const invoiceOf = (layout: InvoiceLayout): InvoiceIssued =>
  invoiceCodec.decode({ type: 'InvoiceIssued', schemaVersion: 1, data: ISSUED[layout] }) as InvoiceIssued;

/** As the read model has them; before lines named their place it was the books' all the same. */
const chargesOf = ({ lines }: InvoiceIssued): readonly ChargeRow[] =>
  lines.map(({ served, version, ...line }, index) => ({
    ...{ ...line, version: version ?? 31 + index, month: '2026-11' },
    ...{ servedFrom: served?.start ?? null, servedTo: served?.end ?? null },
  }));

async function written(format: TableFormat, table: Table, rows: readonly Row[]): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const writer = openTable(format, table, async (bytes) => void parts.push(bytes));
  await writer.write(rows);
  await writer.finish();
  return Buffer.concat(parts);
}

function tablesOf(invoice: InvoiceIssued): Readonly<Record<string, readonly [Table, readonly Row[]]>> {
  const { number, layout } = invoice;
  const period: FocusPeriod = {
    ...{ month: '2026-11', status: 'final', organizationId: 'org-1', organizationName: 'Buyer', exchangeName: 'Headroom', issuerName: layout < 5 ? 'Headroom' : 'Headroom Exchange GmbH' },
    ...{ window: { start: START, end: endOfMonth(START) }, invoiceNumber: number, draftTerms: null, layout, asOf: endOfMonth(START) },
  };
  const charges = chargesOf(invoice);
  const focus = new FocusRows(period);
  const purchase = purchaseAt(25_000_030, 4);
  const use = { requests: 9n, input: 7n, cachedInput: 5n, output: 11n, reasoning: 3n, weighted: 70_000_000n };
  const known = (charge: ChargeRow): FocusCharge => ({ charge, purchase, hostName: 'Provider', use: charge.kind === 'delivery' ? use : null, parts: layout < 4 ? [] : [{ reservationId: `${purchase.reservationId}-part`, teamId: 'team-1', use }] });
  const taxes = taxesOf(invoice);
  const plain = taxes.map((tax) => invoiceTaxRow(period, invoice, tax));
  return {
    'invoice-lines': [
      invoiceLinesTable(layout),
      [...charges.flatMap((charge) => invoiceLineRows({ ...period, layout }, charge)), ...(layout === 1 ? plain : plain.map((row) => [...row, null, null, null]))],
    ],
    'focus-cost-and-usage': [focusTable(COST_AND_USAGE, layout), [...focus.of(charges.map(known)), ...taxes.map((tax, index) => rowOf(COST_AND_USAGE, focusTaxRow(period, invoice, [tax, index])))]],
    'focus-invoice-detail': [focusTable(INVOICE_DETAIL, layout), charges.map((charge) => rowOf(INVOICE_DETAIL, invoiceDetail(period, invoice, charge)))],
    'focus-billing-period': [focusTable(BILLING_PERIOD, layout), [rowOf(BILLING_PERIOD, billingPeriod(period, invoice.issuedAt))]],
    'focus-contract-commitment': [focusTable(CONTRACT_COMMITMENT, layout), [commitmentRow(period, { purchase, endedAt: null })]],
  };
}

function documentOf(invoice: InvoiceIssued, kind: DocumentKind, locale: string): BillingDocument {
  const groups = new LineGroups();
  chargesOf(invoice)
    .filter((charge) => kind === 'invoice' || charge.kind === 'proceeds')
    .forEach((charge) => groups.add(charge));
  const { number, issuedAt, dueAt, onCreditLine, tax } = invoice;
  return {
    ...{ kind, number, month: '2026-11', issuedAt, dueAt, draftTermDays: null, voided: null, onCreditLine, refersTo: null, reason: null },
    ...{ issuer: party('Headroom', 'en-US'), customer: party('Müller', locale), ...totalled(groups.lines()) },
    tax: kind === 'invoice' && tax !== null ? documentTaxOf(tax) : null,
  };
}

/** Everything that is made of an invoice, by the name that it has here. */
async function filesOf(layout: InvoiceLayout): Promise<Readonly<Record<string, string>>> {
  const invoice = invoiceOf(layout);
  const files: Record<string, Uint8Array | string> = { 'invoice.csv': invoiceCsv(invoice) };
  for (const [name, [table, rows]] of Object.entries(tablesOf(invoice))) {
    for (const format of ['csv', 'jsonl', 'parquet'] as const) files[`${name}.${format}`] = await written(format, table, rows);
  }
  for (const locale of ['en-US', 'de-DE', 'fr-FR']) files[`invoice.${locale}.pdf`] = await renderPdf({ document: documentOf(invoice, 'invoice', locale), earned: [] });
  const statement = documentOf(invoice, 'statement', 'de-DE');
  const earned = statement.lines.map((line) => earnedLine(line, { royalty: 500, fee: 250 }));
  files['statement.pdf'] = await renderPdf({ document: statement, earned });
  const document = billed(documentOf(invoice, 'invoice', 'en-US'));
  if (!isElectronic(document)) throw new Error('it has an e-invoice');
  const page = await renderPdf({ document, earned: [] });
  files['invoice.ubl.xml'] = await renderElectronic(document, 'UBL', page);
  files['invoice.factur-x.pdf'] = await renderElectronic(document, 'Factur-X-EN16931', page);
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]));
}

describe('what is made again of an invoice that was issued', () => {
  it.each([1, 2, 3, 4, 5] as const)('is the same to the byte in every format, for ever: layout %i', async (layout) => {
    expect(await filesOf(layout)).toEqual(DIGESTS[layout]);
  });

  it.each(['focus-cost-and-usage', 'focus-invoice-detail', 'focus-billing-period', 'focus-contract-commitment'])(
    'has whole seconds in %s since the third layout: https://focus.finops.org, DateTimeFormat',
    async (name) => {
      const csv = async (layout: InvoiceLayout): Promise<string> => (await written('csv', ...present(tablesOf(invoiceOf(layout))[name], name))).toString();
      const instants = /\d{4}-\d{2}-\d{2}T[^,\r\n]*/g;
      const times = (await csv(3)).match(instants) ?? [];
      expect(times.length).toBeGreaterThan(0);
      for (const time of times) expect(time).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
      const invoice = invoiceOf(3);
      const before = tablesOf({ ...invoice, layout: 2 })[name];
      const fractions = (await written('csv', ...present(before, name))).toString().match(/\.123Z/g) ?? [];
      expect(fractions.length > 0).toBe(['focus-invoice-detail', 'focus-billing-period'].includes(name));
    },
  );
});
