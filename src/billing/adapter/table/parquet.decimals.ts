import type { Cell } from '../../model/export/table.js';

/** Of a decimal: two's complement, the highest byte first. */
export const DECIMAL_BYTES = 16;
const LOW_BYTES = 8;
const LOW_BITS = 64n;

/** A column of decimals as it is written, and what its values lie between. */
export interface PackedDecimals {
  readonly values: readonly (Uint8Array | null)[];
  /** Undefined: every cell is null. */
  readonly min_value: bigint | undefined;
  readonly max_value: bigint | undefined;
}

/** All in one buffer; a cell that says what the one above it says is packed once. */
export function packDecimals(cells: readonly Cell[]): PackedDecimals {
  const buffer = new ArrayBuffer(cells.length * DECIMAL_BYTES);
  const view = new DataView(buffer);
  let [last, packed]: [Cell, Uint8Array | null] = [null, null];
  let [min, max]: (bigint | undefined)[] = [];
  const values = cells.map((cell, index) => {
    if (cell === last) return packed;
    last = cell;
    if (cell === null) return (packed = null);
    const value = BigInt(cell);
    if (min === undefined || value < min) min = value;
    if (max === undefined || value > max) max = value;
    const offset = index * DECIMAL_BYTES;
    putDecimal(view, offset, value);
    return (packed = new Uint8Array(buffer, offset, DECIMAL_BYTES));
  });
  return { values, min_value: min, max_value: max };
}

function putDecimal(view: DataView, offset: number, value: bigint): void {
  view.setBigInt64(offset, value >> LOW_BITS);
  // The lowest 64 bits, whatever is above them.
  view.setBigUint64(offset + LOW_BYTES, value);
}
