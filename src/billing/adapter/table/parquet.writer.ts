import { ByteWriter, ParquetWriter, type ColumnSource, type SchemaElement } from 'hyparquet-writer';
import { assertNever } from '../../../kernel/assert.js';
import type { Cell, Column, Row, Table } from '../../model/export/table.js';
import { DECIMAL_BYTES, packDecimals, type PackedDecimals } from './parquet.decimals.js';
import { ParquetFooter } from './parquet.footer.js';
import type { ByteSink, TableWriter } from './table-writer.js';

/** Rows of a row group: what is kept in memory until it is full. */
const ROW_GROUP = 10_000;
/** Decimal digits of any amount or count: 16 bytes hold them. */
const PRECISION = 38;
const PLAIN = { encoding: 'PLAIN' } as const;

type Bounds = Omit<PackedDecimals, 'values'>;

/**
 * Parquet, compressed with Snappy: decimals are DECIMAL(38, scale), instants are UTC timestamps in
 * milliseconds, nothing is a floating-point number.
 */
export class ParquetTableWriter implements TableWriter {
  private readonly buffer = new ByteWriter();
  private readonly writer: ParquetWriter;
  private readonly footer: ParquetFooter;
  private group: Row[] = [];

  constructor(
    private readonly table: Table,
    private readonly sink: ByteSink,
  ) {
    const elements = table.columns.map(elementOf);
    const root: SchemaElement = { name: 'root', num_children: elements.length };
    this.writer = new ParquetWriter({ writer: this.buffer, schema: [root, ...elements] });
    this.footer = new ParquetFooter([root, ...elements.map(named)]);
  }

  async write(rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      this.group.push(row);
      if (this.group.length === ROW_GROUP) await this.flush();
    }
  }

  async finish(): Promise<void> {
    await this.flush();
    this.footer.writeTo(this.buffer);
    await this.drain();
  }

  private async flush(): Promise<void> {
    if (this.group.length === 0) return;
    const packed = new Map<number, Bounds>();
    const columnData = this.table.columns.map((column, index) => this.columnOf(column, index, packed));
    await this.writer.write({ columnData, rowGroupSize: ROW_GROUP });
    this.noteBounds(packed);
    this.keepLittle();
    this.group = [];
    await this.drain();
  }

  /** Its values are made when the library comes to it, so that those of one column are in memory at a time. */
  private columnOf({ name, type }: Column, index: number, packed: Map<number, Bounds>): ColumnSource {
    const { group } = this;
    const cells = (): readonly Cell[] => group.map((row) => row[index] ?? null);
    if (type.kind !== 'decimal') {
      const { kind } = type;
      return { name, offsetIndex: false, get data() { return valuesOf(cells(), kind); } };
    }
    return {
      ...{ name, offsetIndex: false },
      // The same few texts come again and again; a dictionary of numbers would be as long as they are.
      ...PLAIN,
      get data() {
        const { values, ...bounds } = packDecimals(cells());
        packed.set(index, bounds);
        return [...values];
      },
    };
  }

  /** Of a group that is written only what the end of the file says of it. */
  private keepLittle(): void {
    for (const group of this.writer.row_groups.splice(0)) this.footer.add(group);
    this.writer.pendingIndexes.length = 0;
  }

  /** The library takes bytes for text: as such a number below zero would be above all others. */
  private noteBounds(packed: ReadonlyMap<number, Bounds>): void {
    const columns = this.writer.row_groups.at(-1)?.columns ?? [];
    for (const [index, { min_value, max_value }] of packed) {
      const { statistics } = columns[index]?.meta_data ?? {};
      if (statistics !== undefined) Object.assign(statistics, { min_value, max_value });
    }
  }

  /** What was written goes on; `offset` still counts it. */
  private async drain(): Promise<void> {
    const bytes = this.buffer.getBytes().slice();
    this.buffer.index = 0;
    if (bytes.length > 0) await this.sink(bytes);
  }
}

/** Cells in turn that say the same have the same value: the library writes one object once. */
function valuesOf(cells: readonly Cell[], kind: Exclude<Column['type']['kind'], 'decimal'>): unknown[] {
  let [last, value]: [Cell, unknown] = [null, null];
  return cells.map((cell) => {
    if (cell === last) return value;
    [last, value] = [cell, cell === null ? null : valueOf(cell, kind)];
    return value;
  });
}

function valueOf(cell: NonNullable<Cell>, kind: Exclude<Column['type']['kind'], 'decimal'>): unknown {
  switch (kind) {
    case 'text':
      return String(cell);
    // The library would write the text as JSON once more.
    case 'json':
      return JSON.parse(String(cell)) as unknown;
    case 'instant':
      return new Date(Number(cell));
    default:
      return assertNever(kind);
  }
}

/**
 * Says what decimals are. The library makes bytes of a number one by one, which took most of the time; of a
 * column that is not said to be decimal it takes bytes as they are.
 */
function named(element: SchemaElement): SchemaElement {
  return element.logical_type?.type === 'DECIMAL' ? { ...element, converted_type: 'DECIMAL' } : element;
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
      return { name, ...width, logical_type, ...digits, repetition_type };
    }
    default:
      return assertNever(type);
  }
}
