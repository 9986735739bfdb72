import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { assertNever } from '../../../kernel/assert.js';
import type { Cell, Column, Row, Table } from '../../model/export/table.js';
import type { ByteSink, TableWriter } from './table-writer.js';

/** Rows of a row group: what is kept in memory until it is full. */
const ROW_GROUP = 10_000;
/** Decimal digits of any amount or count: 16 bytes hold them. */
const PRECISION = 38;
const DECIMAL_BYTES = 16;

/**
 * Parquet, compressed with Snappy: decimals are DECIMAL(38, scale), instants are UTC timestamps in
 * milliseconds, nothing is a floating-point number.
 */
export class ParquetTableWriter implements TableWriter {
  private readonly buffer = new ByteWriter();
  private readonly writer: ParquetWriter;
  private group: Row[] = [];

  constructor(
    private readonly table: Table,
    private readonly sink: ByteSink,
  ) {
    const columns = table.columns.map(elementOf);
    const root: SchemaElement = { name: 'root', num_children: columns.length };
    this.writer = new ParquetWriter({ writer: this.buffer, schema: [root, ...columns] });
  }

  async write(rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      this.group.push(row);
      if (this.group.length === ROW_GROUP) await this.flush();
    }
  }

  async finish(): Promise<void> {
    await this.flush();
    await this.writer.finish();
    await this.drain();
  }

  private async flush(): Promise<void> {
    if (this.group.length === 0) return;
    const columnData = this.table.columns.map(({ name, type }, index) => {
      const data = this.group.map((row) => valueOf(row[index] ?? null, type.kind));
      // The same few texts come again and again; a dictionary of numbers would be as long as they are.
      return { name, data, offsetIndex: false, ...(type.kind === 'decimal' ? PLAIN : {}) };
    });
    await this.writer.write({ columnData, rowGroupSize: ROW_GROUP });
    this.group = [];
    await this.drain();
  }

  /** What was written goes on; `offset` still counts it. */
  private async drain(): Promise<void> {
    const bytes = this.buffer.getBytes().slice();
    this.buffer.index = 0;
    if (bytes.length > 0) await this.sink(bytes);
  }
}

const PLAIN = { encoding: 'PLAIN' } as const;

function valueOf(cell: Cell, kind: Column['type']['kind']): unknown {
  if (cell === null) return null;
  switch (kind) {
    case 'text':
      return String(cell);
    // The library would write the text as JSON once more.
    case 'json':
      return JSON.parse(String(cell)) as unknown;
    case 'instant':
      return new Date(Number(cell));
    case 'decimal':
      return BigInt(cell);
    default:
      return assertNever(kind);
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
