import { ByteWriter, type SchemaElement } from 'hyparquet-writer';
import { assertNever, present } from '../../../kernel/assert.js';
import type { Cell, Column, Row, Table } from '../../model/export/table.js';
import type { ColumnCells } from './parquet.cells.js';
import { cellsOf, writeColumn } from './parquet.columns.js';
import { DECIMAL_BYTES } from './parquet.decimals.js';
import { MAGIC, ParquetFooter } from './parquet.footer.js';
import type { ByteSink, TableWriter } from './table-writer.js';

/** Rows of a row group: what is kept in memory until it is full. */
const ROW_GROUP = 10_000;
/** Decimal digits of any amount or count: 16 bytes hold them. */
const PRECISION = 38;

/**
 * Parquet, compressed with Snappy: decimals are DECIMAL(38, scale), instants are UTC timestamps in
 * milliseconds, nothing is a floating-point number.
 */
export class ParquetTableWriter implements TableWriter {
  private readonly buffer = new ByteWriter();
  private readonly footer: ParquetFooter;
  /** The same room for one group after the other. */
  private readonly group: readonly ColumnCells[];
  /** Of each column what the last row says, and since which row: most say the same for many rows in turn. */
  private readonly last: Cell[];
  private readonly since: Int32Array;
  private rows = 0;

  constructor(
    private readonly table: Table,
    private readonly sink: ByteSink,
  ) {
    const { columns } = table;
    const elements = columns.map(elementOf);
    this.footer = new ParquetFooter([{ name: 'root', num_children: elements.length }, ...elements]);
    this.buffer.appendUint32(MAGIC);
    this.group = columns.map((column) => cellsOf(column, ROW_GROUP));
    this.last = columns.map(() => null);
    this.since = new Int32Array(columns.length);
  }

  async write(rows: Iterable<Row>): Promise<void> {
    for (const row of rows) {
      this.put(row);
      if (this.rows === ROW_GROUP) await this.flush();
    }
  }

  private put(row: Row): void {
    const { last } = this;
    for (let column = 0; column < last.length; column += 1) {
      const cell = row[column] ?? null;
      if (cell === last[column]) continue;
      this.endRun(column);
      last[column] = cell;
    }
    this.rows += 1;
  }

  private endRun(column: number): void {
    const { rows, since, last } = this;
    const from = since[column] ?? 0;
    if (from === rows) return;
    this.group[column]?.add(last[column] ?? null, from, rows);
    since[column] = rows;
  }

  async finish(): Promise<void> {
    await this.flush();
    this.footer.writeTo(this.buffer);
    await this.drain();
  }

  private async flush(): Promise<void> {
    const { group, buffer, rows } = this;
    if (rows === 0) return;
    const start = buffer.offset;
    const columns = this.table.columns.map((column, index) => {
      this.endRun(index);
      return writeColumn(buffer, column, rows, present(group[index], column.name).take(rows));
    });
    this.since.fill(0);
    const sizes = columns.map(({ meta_data }) => meta_data?.total_uncompressed_size ?? 0n);
    this.footer.add({
      ...{ columns, num_rows: BigInt(rows) },
      total_byte_size: sizes.reduce((sum, size) => sum + size, 0n),
      total_compressed_size: BigInt(buffer.offset - start),
    });
    this.rows = 0;
    await this.drain();
  }

  /** What was written goes on; `offset` still counts it. */
  private async drain(): Promise<void> {
    const bytes = this.buffer.getBytes().slice();
    this.buffer.index = 0;
    if (bytes.length > 0) await this.sink(bytes);
  }
}

function elementOf({ name, type, isNullable }: Column): SchemaElement {
  const repetition_type = isNullable ? 'OPTIONAL' : 'REQUIRED';
  switch (type.kind) {
    case 'text':
      return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' }, repetition_type };
    case 'json':
      return { name, type: 'BYTE_ARRAY', converted_type: 'JSON', logical_type: { type: 'JSON' }, repetition_type };
    case 'instant': {
      const logical_type = { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } as const;
      return { name, type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', logical_type, repetition_type };
    }
    case 'decimal': {
      const { scale } = type;
      const digits = { precision: PRECISION, scale };
      const logical_type = { type: 'DECIMAL', ...digits } as const;
      const width = { type: 'FIXED_LEN_BYTE_ARRAY', type_length: DECIMAL_BYTES } as const;
      return { name, ...width, converted_type: 'DECIMAL', logical_type, ...digits, repetition_type };
    }
    default:
      return assertNever(type);
  }
}
