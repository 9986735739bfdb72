import { textOf, type Cell, type Column, type Row, type Table } from '../../model/export/table.js';
import type { ByteSink, TableWriter } from './table-writer.js';

/** One JSON object a line. Decimals are strings, so that no reader rounds them; nothing is left out. */
export class JsonLinesWriter implements TableWriter {
  constructor(
    private readonly table: Table,
    private readonly sink: ByteSink,
  ) {}

  async write(rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    const lines = rows.map((row) => {
      const members = this.table.columns.map(
        (column, index) => `${JSON.stringify(column.name)}:${valueOf(row[index] ?? null, column)}`,
      );
      return `{${members.join(',')}}\n`;
    });
    await this.sink(Buffer.from(lines.join('')));
  }

  async finish(): Promise<void> {
    // A file without rows is empty.
  }
}

function valueOf(cell: Cell, { type }: Column): string {
  if (cell === null) return 'null';
  return type.kind === 'json' ? String(cell) : JSON.stringify(textOf(cell, type));
}
