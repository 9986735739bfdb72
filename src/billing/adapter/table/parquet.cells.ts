import type { ParquetWriter } from 'hyparquet-writer';
import type { Cell } from '../../model/export/table.js';
import type { Span } from './parquet.texts.js';

export type Chunk = ParquetWriter['row_groups'][number]['columns'][number];
export type MetaData = NonNullable<Chunk['meta_data']>;
type Statistics = NonNullable<MetaData['statistics']>;
type PhysicalType = 'BYTE_ARRAY' | 'INT64' | 'FIXED_LEN_BYTE_ARRAY';

/** Between what the values of a column lie; empty where every cell is null. */
export type Bounds = Pick<Statistics, 'min_value' | 'max_value'>;

/** A column of a group of rows as it is written. */
export interface Packed {
  readonly type: PhysicalType;
  readonly bounds: Bounds;
  readonly dictionary: { readonly values: number; readonly bytes: Uint8Array } | null;
  readonly pages: readonly (Span & { readonly bytes: Uint8Array })[];
  /** Of each row, and maybe more, whether there is something in it; null: the column has no nulls. */
  readonly levels: Uint8Array | null;
}

/**
 * The cells of one column in a group of rows, kept as what they are written as and not as objects: of those that live
 * until a group is full, the collector would copy each twice.
 */
export interface ColumnCells {
  /** The same cell in some rows in turn, the last one not among them; behind those that came before. */
  add(cell: Cell, from: number, to: number): void;
  /** All of so many rows, to be written before more are added: the next group has the same room. */
  take(rows: number): Packed;
}

export const levelsOf = (room: number, isNullable: boolean): Uint8Array | null => (isNullable ? new Uint8Array(room) : null);

/** Most cells stand in one row alone, or in thousands in turn. */
export function fill(room: Uint8Array | Int32Array, value: number, from: number, to: number): void {
  if (to - from === 1) room[from] = value;
  else room.fill(value, from, to);
}
