import type { Cell, Row, Table } from '../../model/export/table.js';
import { CsvBytes } from './csv.bytes.js';
import type { ByteSink, TableWriter } from './table-writer.js';

/**
 * RFC 4180 with a header; no cell is run by a spreadsheet that opens it, and numbers stay numbers.
 * Most columns say what they said in the row before: their bytes are copied from there, neighbours at once.
 */
export class CsvWriter implements TableWriter {
  private readonly bytes = new CsvBytes();
  /** What the row before says, and where each of its fields begins; behind the last one, where it ends. */
  private readonly last: Cell[];
  private readonly starts: Float64Array;
  private hasRowBefore = false;
  private isBegun = false;

  constructor(
    private readonly table: Table,
    private readonly sink: ByteSink,
  ) {
    const { length } = table.columns;
    this.last = new Array<Cell>(length).fill(null);
    this.starts = new Float64Array(length + 1);
  }

  async write(rows: Iterable<Row>): Promise<void> {
    this.begin();
    for (const row of rows) {
      this.put(row);
      if (this.bytes.isFull) await this.drain();
    }
  }

  async finish(): Promise<void> {
    this.begin();
    await this.drain();
  }

  private begin(): void {
    if (this.isBegun) return;
    this.isBegun = true;
    const { bytes, table } = this;
    table.columns.forEach(({ name }, index) => {
      bytes.putText(name);
      bytes.putSeparator(index === table.columns.length - 1);
    });
  }

  private put(row: Row): void {
    const { bytes, starts, last } = this;
    for (let column = 0; column < last.length; ) {
      const same = this.hasRowBefore ? this.endOfSame(row, column) : column;
      if (same === column) {
        this.putField(row[column] ?? null, column);
        column += 1;
        continue;
      }
      const [from, to] = [starts[column] as number, starts[same] as number];
      const moved = bytes.at - from;
      bytes.repeat(from, to);
      for (; column < same; column += 1) starts[column] = (starts[column] as number) + moved;
    }
    starts[last.length] = bytes.at;
    this.hasRowBefore = true;
  }

  /** The first column from there on that says something else than in the row before. */
  private endOfSame(row: Row, from: number): number {
    const { last } = this;
    let column = from;
    while (column < last.length && (row[column] ?? null) === last[column]) column += 1;
    return column;
  }

  private putField(cell: Cell, column: number): void {
    const { bytes, last, table } = this;
    this.starts[column] = bytes.at;
    last[column] = cell;
    const type = table.columns[column]?.type ?? { kind: 'text' };
    bytes.putCell(cell, type);
    bytes.putSeparator(column === last.length - 1);
  }

  /** The row before is gone with what was written. */
  private async drain(): Promise<void> {
    if (this.bytes.at === 0) return;
    this.hasRowBefore = false;
    await this.sink(this.bytes.take());
  }
}
