import type { Cell } from '../../model/export/table.js';
import { fill, levelsOf, type ColumnCells, type Packed } from './parquet.cells.js';

/** Of a decimal: two's complement, the highest byte first. */
export const DECIMAL_BYTES = 16;
const WORD_BYTES = 4;
const LOW_BYTES = 8;
const LOW_BITS = 64n;
const WORD = 2 ** 32;

/** Decimals of a group of rows, each packed as soon as it comes: none is kept as an object. */
export class DecimalCells implements ColumnCells {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly levels: Uint8Array | null;
  private offset = 0;
  private min: bigint | null = null;
  private max: bigint | null = null;
  /** The same, rounded: what lies between these lies between those. */
  private low = Infinity;
  private high = -Infinity;

  constructor(room: number, isNullable: boolean) {
    this.bytes = new Uint8Array(room * DECIMAL_BYTES);
    this.view = new DataView(this.bytes.buffer);
    this.levels = levelsOf(room, isNullable);
  }

  add(cell: Cell, from: number, to: number): void {
    if (this.levels !== null) fill(this.levels, cell === null ? 0 : 1, from, to);
    if (cell === null) return;
    const value = BigInt(cell);
    const rounded = Number(value);
    if (rounded <= this.low || rounded >= this.high) this.widen(value, rounded);
    this.put(value, to - from);
  }

  private widen(value: bigint, rounded: number): void {
    if (this.min === null || value < this.min) [this.min, this.low] = [value, rounded];
    if (this.max === null || value > this.max) [this.max, this.high] = [value, rounded];
  }

  private put(value: bigint, times: number): void {
    const start = this.offset;
    const end = start + times * DECIMAL_BYTES;
    putDecimal(this.view, start, value);
    // What is there already is copied behind itself, twice as much each time.
    for (let at = start + DECIMAL_BYTES; at < end; at += at - start) this.bytes.copyWithin(at, start, Math.min(at, start + end - at));
    this.offset = end;
  }

  take(rows: number): Packed {
    const { min, max } = this;
    const bounds = min === null || max === null ? {} : { min_value: min, max_value: max };
    const bytes = this.bytes.subarray(0, this.offset);
    [this.offset, this.min, this.max, this.low, this.high] = [0, null, null, Infinity, -Infinity];
    // The same few texts come again and again; a dictionary of numbers would be as long as they are.
    const page = { from: 0, to: rows, bytes };
    return { type: 'FIXED_LEN_BYTE_ARRAY', bounds, dictionary: null, pages: [page], levels: this.levels };
  }
}

/** Nearly every decimal is a number that a double has exactly, of which no more objects need be made. */
function putDecimal(view: DataView, offset: number, value: bigint): void {
  const number = Number(value);
  if (Number.isSafeInteger(number)) {
    const [sign, high] = [number < 0 ? -1 : 0, Math.floor(number / WORD)];
    view.setInt32(offset, sign);
    view.setInt32(offset + WORD_BYTES, sign);
    view.setInt32(offset + LOW_BYTES, high);
    view.setUint32(offset + LOW_BYTES + WORD_BYTES, number - high * WORD);
    return;
  }
  view.setBigInt64(offset, value >> LOW_BITS);
  // The lowest 64 bits, whatever is above them.
  view.setBigUint64(offset + LOW_BYTES, value);
}
