import { safeCell } from '../../../api/http/csv-cell.js';
import { textOf, type Cell, type ColumnType, type Row, type Table } from '../../model/export/table.js';
import type { ByteSink, TableWriter } from './table-writer.js';

const END_OF_RECORD = '\r\n';
/** What a field is quoted for: RFC 4180, section 2, rule 6. */
const SPECIAL = /[",\r\n]/;

/** RFC 4180 with a header; no cell is run by a spreadsheet that opens it, and numbers stay numbers. */
export class CsvWriter implements TableWriter {
  private readonly columns: readonly CsvColumn[];
  private isBegun = false;

  constructor(
    private readonly table: Table,
    private readonly sink: ByteSink,
  ) {
    this.columns = table.columns.map(({ type }) => new CsvColumn(type));
  }

  async write(rows: readonly Row[]): Promise<void> {
    await this.begin();
    if (rows.length === 0) return;
    await this.put(rows.map((row) => this.columns.map((column, index) => column.fieldOf(row[index] ?? null))));
  }

  finish(): Promise<void> {
    return this.begin();
  }

  private async begin(): Promise<void> {
    if (this.isBegun) return;
    this.isBegun = true;
    await this.put([this.table.columns.map(({ name }) => quoted(name))]);
  }

  private put(records: readonly (readonly string[])[]): Promise<void> {
    return this.sink(Buffer.from(records.map((fields) => fields.join(',') + END_OF_RECORD).join('')));
  }
}

/** Most columns say the same for many rows in turn: the last field is kept. */
class CsvColumn {
  private last: Cell = null;
  private field = '';

  constructor(private readonly type: ColumnType) {}

  fieldOf(cell: Cell): string {
    if (cell === this.last) return this.field;
    const text = textOf(cell, this.type);
    const isText = this.type.kind === 'text' || this.type.kind === 'json';
    this.last = cell;
    this.field = isText ? quoted(safeCell(text)) : text;
    return this.field;
  }
}

/** Section 2, rule 7: a quote within quotes stands twice. */
function quoted(text: string): string {
  return SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
