import type { Cell } from '../../model/export/table.js';

/** Of a decimal: two's complement, the highest byte first. */
export const DECIMAL_BYTES = 16;
const LOW_BYTES = 8;
const LOW_BITS = 64n;

/** A column of decimals as it is written, and what its values lie between. */
export interface PackedDecimals {
  /** Of the cells that are not null, one after the other. */
  readonly bytes: Uint8Array;
  /** Empty where every cell is null. */
  readonly bounds: { readonly min_value?: bigint; readonly max_value?: bigint };
}

/** A cell that says what the one above it says is worked out once. */
export function packDecimals(cells: readonly Cell[]): PackedDecimals {
  const buffer = new ArrayBuffer(cells.length * DECIMAL_BYTES);
  const view = new DataView(buffer);
  const different: bigint[] = [];
  let offset = 0;
  let [last, low, high]: [Cell, bigint, bigint] = [null, 0n, 0n];
  // By their places: a million cells are looked at, and `of` makes an object for each.
  for (let index = 0; index < cells.length; index += 1) {
    const cell = cells[index] as (typeof cells)[number];
    if (cell === null) continue;
    if (cell !== last) {
      last = cell;
      low = BigInt(cell);
      high = low >> LOW_BITS;
      different.push(low);
    }
    view.setBigInt64(offset, high);
    // The lowest 64 bits, whatever is above them.
    view.setBigUint64(offset + LOW_BYTES, low);
    offset += DECIMAL_BYTES;
  }
  return { bytes: new Uint8Array(buffer, 0, offset), bounds: boundsOf(different) };
}

function boundsOf(values: readonly bigint[]): PackedDecimals['bounds'] {
  const [first] = values;
  if (first === undefined) return {};
  let [min, max] = [first, first];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min_value: min, max_value: max };
}
