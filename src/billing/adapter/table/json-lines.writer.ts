import { textOf, type Cell, type Column, type Row, type Table } from '../../model/export/table.js';
import type { ByteSink, TableWriter } from './table-writer.js';

/** One JSON object a line. Decimals are strings, so that no reader rounds them; nothing is left out. */
export class JsonLinesWriter implements TableWriter {
  private readonly columns: readonly Member[];

  constructor(
    table: Table,
    private readonly sink: ByteSink,
  ) {
    this.columns = table.columns.map((column) => new Member(column));
  }

  async write(rows: Iterable<Row>): Promise<void> {
    const lines: string[] = [];
    for (const row of rows) {
      const members = this.columns.map((column, index) => column.textOf(row[index] ?? null));
      lines.push(`{${members.join(',')}}\n`);
    }
    if (lines.length > 0) await this.sink(Buffer.from(lines.join('')));
  }

  async finish(): Promise<void> {
    // A file without rows is empty.
  }
}

/** A name and its value. Most columns say the same for many rows in turn: the last one is kept. */
class Member {
  private readonly name: string;
  private last: Cell = null;
  private text: string;

  constructor(private readonly column: Column) {
    this.name = `${JSON.stringify(column.name)}:`;
    this.text = `${this.name}null`;
  }

  textOf(cell: Cell): string {
    if (cell === this.last) return this.text;
    this.last = cell;
    this.text = this.name + valueOf(cell, this.column);
    return this.text;
  }
}

function valueOf(cell: Cell, { type }: Column): string {
  if (cell === null) return 'null';
  return type.kind === 'json' ? String(cell) : JSON.stringify(textOf(cell, type));
}
