import { Inject, Injectable } from '@nestjs/common';
import { assertNever } from '../../../kernel/assert.js';
import {
  invoiceLineRows,
  invoiceLinesTable,
  withoutTokens,
  JOURNAL_ENTRIES,
  journalRow,
  LEDGER_ENTRIES,
  ledgerEntryRow,
  USAGE_HOURS,
  usageHourRow,
  type EntryRow,
} from '../../model/export/books.tables.js';
import { commitmentRow } from '../../model/export/commitment.rows.js';
import { creditNoteDetails } from '../../model/export/credit-note.rows.js';
import type { RowSet } from '../../model/export/export-request.js';
import {
  BILLING_PERIOD,
  CONTRACT_COMMITMENT,
  COST_AND_USAGE,
  focusTable,
  INVOICE_DETAIL,
  rowOf,
} from '../../model/export/focus.columns.js';
import { billingPeriod, invoiceDetail, taxDetail } from '../../model/export/focus.tables.js';
import type { Row, Table } from '../../model/export/table.js';
import { invoiceTaxRow, taxesOf } from '../../model/export/tax.rows.js';
import type { InvoiceIssued, InvoiceLayout } from '../../model/invoice-register.events.js';
import type { TaxLine } from '../../model/tax/invoice-tax.js';
import { CostRows } from './cost-rows.js';
import type { ExportScope } from './export-scope.js';
import { MonthPages } from './month-pages.js';

/** Rows that came from so many things: progress counts these, since one may be two rows. They can be read once. */
export interface RowPage {
  readonly rows: Iterable<Row>;
  readonly count: number;
}

export interface RowSource {
  readonly table: Table;
  /** How many things there are; null: it would cost as much to count as to read. */
  readonly expected: bigint | null;
  readonly pages: AsyncIterable<RowPage>;
}

/** Where the rows of each data set come from, in an order that never changes. */
@Injectable()
export class RowSources {
  constructor(
    @Inject(MonthPages) private readonly months: MonthPages,
    @Inject(CostRows) private readonly costs: CostRows,
  ) {}

  async open(dataset: RowSet, scope: ExportScope): Promise<RowSource> {
    switch (dataset) {
      case 'ledger_entries':
        return this.entries(LEDGER_ENTRIES, scope, (entry) => ledgerEntryRow(scope.period, entry));
      case 'journal_entries':
        return this.entries(JOURNAL_ENTRIES, scope, (entry) => journalRow(scope.period, entry));
      case 'usage_hours': {
        const rows = map(this.months.usage(scope), (hour) => usageHourRow(scope.period, hour));
        return { table: USAGE_HOURS, expected: null, pages: rows };
      }
      case 'invoice_lines':
        return this.invoiceLines(scope);
      case 'focus_cost_and_usage': {
        const expected = await this.countOfDocuments(scope);
        return { table: focusTable(COST_AND_USAGE, layoutOf(scope)), expected, pages: this.costs.pages(scope) };
      }
      case 'focus_invoice_detail':
        return this.invoiceDetail(scope);
      case 'focus_billing_period': {
        const row = rowOf(BILLING_PERIOD, billingPeriod(scope.period, scope.invoice?.issuedAt ?? scope.closedAt));
        return { table: focusTable(BILLING_PERIOD, layoutOf(scope)), expected: 1n, pages: one([row]) };
      }
      case 'focus_contract_commitment': {
        const rows = map(this.months.commitments(scope), (commitment) => commitmentRow(scope.period, commitment));
        return { table: focusTable(CONTRACT_COMMITMENT, layoutOf(scope)), expected: null, pages: rows };
      }
      default:
        return assertNever(dataset);
    }
  }

  private async entries(
    table: Table,
    scope: ExportScope,
    toRow: (entry: EntryRow) => Row,
  ): Promise<RowSource> {
    const expected = await this.months.countEntries(scope);
    return { table, expected, pages: map(this.months.entries(scope), toRow) };
  }

  private async invoiceLines(scope: ExportScope): Promise<RowSource> {
    const { period } = scope;
    const layout = layoutOf(scope);
    const file = { ...period, layout };
    const rows = flatMap(this.months.charges(scope), (charge) => invoiceLineRows(file, charge));
    const taxes = ofTaxes(scope, (invoice, [line]) => withoutTokens(layout, invoiceTaxRow(period, invoice, line)));
    return { table: invoiceLinesTable(layout), expected: await this.countLines(scope), pages: both(rows, taxes) };
  }

  private async invoiceDetail(scope: ExportScope): Promise<RowSource> {
    const { period, invoice } = scope;
    const lines = map(this.months.charges(scope), (charge) =>
      rowOf(INVOICE_DETAIL, invoiceDetail(period, invoice, charge)),
    );
    const notes = flatMap(this.months.creditNotes(scope), (note) =>
      creditNoteDetails(period, note).map((facts) => rowOf(INVOICE_DETAIL, facts)),
    );
    const taxes = ofTaxes(scope, (issued, line) => rowOf(INVOICE_DETAIL, taxDetail(period, issued, line)));
    const expected = await this.countOfDocuments(scope);
    return { table: focusTable(INVOICE_DETAIL, layoutOf(scope)), expected, pages: both(both(lines, taxes), notes) };
  }

  /** Lines of the invoice, and credit notes. */
  private async countOfDocuments(scope: ExportScope): Promise<bigint> {
    return (await this.countLines(scope)) + (await this.months.countCreditNotes(scope));
  }

  private async countLines(scope: ExportScope): Promise<bigint> {
    return (await this.months.countCharges(scope)) + BigInt(taxesOf(scope.invoice).length);
  }
}

const layoutOf = ({ period }: ExportScope): InvoiceLayout => period.layout;

async function* map<Thing>(
  pages: AsyncIterable<readonly Thing[]>,
  toRow: (thing: Thing) => Row,
): AsyncGenerator<RowPage> {
  yield* flatMap(pages, (thing) => [toRow(thing)]);
}

async function* flatMap<Thing>(
  pages: AsyncIterable<readonly Thing[]>,
  toRows: (thing: Thing) => readonly Row[],
): AsyncGenerator<RowPage> {
  for await (const page of pages) yield { rows: rowsOf(page, toRows), count: page.length };
}

/** Each when it is asked for. */
function* rowsOf<Thing>(page: readonly Thing[], toRows: (thing: Thing) => readonly Row[]): Generator<Row> {
  for (const thing of page) yield* toRows(thing);
}

/** After the charges that they follow from; a month without tax has no page of it. */
async function* ofTaxes(
  { invoice }: ExportScope,
  toRow: (invoice: InvoiceIssued, line: readonly [TaxLine, number]) => Row,
): AsyncGenerator<RowPage> {
  const taxes = taxesOf(invoice);
  if (invoice === null || taxes.length === 0) return;
  yield { rows: taxes.map((line, index) => toRow(invoice, [line, index])), count: taxes.length };
}

async function* both(
  first: AsyncIterable<RowPage>,
  second: AsyncIterable<RowPage>,
): AsyncGenerator<RowPage> {
  yield* first;
  yield* second;
}

async function* one(rows: readonly Row[]): AsyncGenerator<RowPage> {
  yield { rows, count: rows.length };
}
