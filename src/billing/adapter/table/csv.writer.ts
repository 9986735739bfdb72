import { stringify } from 'csv-stringify/sync';
import { safeCell } from '../../../api/http/csv-cell.js';
import { textOf, type Cell, type ColumnType, type Row, type Table } from '../../model/export/table.js';
import type { ByteSink, TableWriter } from './table-writer.js';

const OPTIONS = { record_delimiter: '\r\n' } as const;

/** RFC 4180 with a header; no cell is run by a spreadsheet that opens it, and numbers stay numbers. */
export class CsvWriter implements TableWriter {
  private readonly types: readonly ColumnType[];
  private isBegun = false;

  constructor(
    private readonly table: Table,
    private readonly sink: ByteSink,
  ) {
    this.types = table.columns.map(({ type }) => type);
  }

  async write(rows: readonly Row[]): Promise<void> {
    await this.begin();
    if (rows.length === 0) return;
    await this.put(rows.map((row) => row.map((cell, index) => this.show(cell, index))));
  }

  finish(): Promise<void> {
    return this.begin();
  }

  private async begin(): Promise<void> {
    if (this.isBegun) return;
    this.isBegun = true;
    await this.put([this.table.columns.map(({ name }) => name)]);
  }

  private show(cell: Cell, index: number): string {
    const type = this.types[index] ?? { kind: 'text' };
    const text = textOf(cell, type);
    return type.kind === 'text' || type.kind === 'json' ? safeCell(text) : text;
  }

  private put(rows: readonly (readonly string[])[]): Promise<void> {
    return this.sink(Buffer.from(stringify(rows as string[][], OPTIONS)));
  }
}
