import { ByteWriter, type SchemaElement } from 'hyparquet-writer';
import { assertNever } from '../../../kernel/assert.js';
import type { Cell, Column, Row, Table } from '../../model/export/table.js';
import { writeColumn } from './parquet.columns.js';
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
  /** Cells of the group, column by column: the same room for one group after the other. */
  private readonly group: readonly Cell[][];
  private rows = 0;

  constructor(
    private readonly table: Table,
    private readonly sink: ByteSink,
  ) {
    const elements = table.columns.map(elementOf);
    this.footer = new ParquetFooter([{ name: 'root', num_children: elements.length }, ...elements]);
    this.buffer.appendUint32(MAGIC);
    this.group = table.columns.map(() => new Array<Cell>(ROW_GROUP).fill(null));
  }

  async write(rows: readonly Row[]): Promise<void> {
    for (let from = 0; from < rows.length; ) {
      const to = Math.min(rows.length, from + ROW_GROUP - this.rows);
      this.put(rows, from, to);
      this.rows += to - from;
      from = to;
      if (this.rows === ROW_GROUP) await this.flush();
    }
  }

  private put(rows: readonly Row[], from: number, to: number): void {
    const { group, rows: before } = this;
    for (let row = from; row < to; row += 1) {
      const cells = rows[row] ?? [];
      for (let column = 0; column < group.length; column += 1) (group[column] as Cell[])[before + row - from] = cells[column] ?? null;
    }
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
    const cellsOf = (index: number): readonly Cell[] => (rows === ROW_GROUP ? group[index] : group[index]?.slice(0, rows)) ?? [];
    const columns = this.table.columns.map((column, index) => writeColumn(buffer, column, cellsOf(index)));
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
