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
  /** Cells of the group, column by column. */
  private group: readonly Cell[][];
  private rows = 0;

  constructor(
    private readonly table: Table,
    private readonly sink: ByteSink,
  ) {
    const elements = table.columns.map(elementOf);
    this.footer = new ParquetFooter([{ name: 'root', num_children: elements.length }, ...elements]);
    this.buffer.appendUint32(MAGIC);
    this.group = this.empty();
  }

  async write(rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      this.group.forEach((cells, index) => cells.push(row[index] ?? null));
      this.rows += 1;
      if (this.rows === ROW_GROUP) await this.flush();
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
    const columns = this.table.columns.map((column, index) => writeColumn(buffer, column, group[index] ?? []));
    const sizes = columns.map(({ meta_data }) => meta_data?.total_uncompressed_size ?? 0n);
    this.footer.add({
      ...{ columns, num_rows: BigInt(rows) },
      total_byte_size: sizes.reduce((sum, size) => sum + size, 0n),
      total_compressed_size: BigInt(buffer.offset - start),
    });
    [this.group, this.rows] = [this.empty(), 0];
    await this.drain();
  }

  private empty(): readonly Cell[][] {
    return this.table.columns.map(() => []);
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
