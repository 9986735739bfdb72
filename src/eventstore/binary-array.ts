import { POSTGRES_EPOCH_MS } from './binary-copy.js';

/**
 * One-dimensional PostgreSQL arrays in the binary wire format (array_send/array_recv). `pg` sends
 * a Buffer as a binary parameter, so nothing is quoted, escaped or parsed as text on either side.
 * Layout: dimensions, has-null flag, element type, length, lower bound, then (length, bytes)…,
 * all big-endian 32-bit. Each kind needs a parameter that is cast to it, such as `$1::bytea[]`.
 */
const HEADER_BYTES = 20;
const BYTEA_OID = 17;
const INT8_OID = 20;
const TEXT_OID = 25;
const TIMESTAMPTZ_OID = 1_184;
/** Of `int8` and `timestamptz`, with its length before it. */
const EIGHT_BYTES = 12;

/** An array with room for its elements; PostgreSQL knows one without elements by no dimensions. */
function allocate(elementType: number, length: number, bytes: number): Buffer {
  const isEmpty = length === 0;
  const target = Buffer.allocUnsafe(isEmpty ? 12 : HEADER_BYTES + bytes);
  target.writeInt32BE(isEmpty ? 0 : 1, 0);
  target.writeInt32BE(0, 4);
  target.writeInt32BE(elementType, 8);
  if (isEmpty) return target;
  target.writeInt32BE(length, 12);
  target.writeInt32BE(1, 16);
  return target;
}

/** As `text[]`. */
export function textArray(values: readonly string[]): Buffer {
  let size = 0;
  const lengths = values.map((value) => {
    const length = Buffer.byteLength(value);
    size += 4 + length;
    return length;
  });
  const target = allocate(TEXT_OID, values.length, size);
  let offset = HEADER_BYTES;
  values.forEach((value, index) => {
    offset = target.writeInt32BE(lengths[index] as number, offset);
    offset += target.write(value, offset);
  });
  return target;
}

/** As `bytea[]`. */
export function bytesArray(values: readonly Uint8Array[]): Buffer {
  const size = values.reduce((sum, value) => sum + 4 + value.length, 0);
  const target = allocate(BYTEA_OID, values.length, size);
  let offset = HEADER_BYTES;
  for (const value of values) {
    offset = target.writeInt32BE(value.length, offset);
    target.set(value, offset);
    offset += value.length;
  }
  return target;
}

/** As `int8[]`; each within 64 bits. */
export function bigintArray(values: readonly bigint[]): Buffer {
  return eightByteArray(INT8_OID, values);
}

/** Epoch milliseconds as `timestamptz[]`; exact at any distance. */
export function instantArray(values: readonly number[]): Buffer {
  const micros = values.map((epochMs) => BigInt(epochMs - POSTGRES_EPOCH_MS) * 1_000n);
  return eightByteArray(TIMESTAMPTZ_OID, micros);
}

function eightByteArray(elementType: number, values: readonly bigint[]): Buffer {
  const target = allocate(elementType, values.length, values.length * EIGHT_BYTES);
  let offset = HEADER_BYTES;
  for (const value of values) {
    offset = target.writeInt32BE(8, offset);
    offset = target.writeBigInt64BE(value, offset);
  }
  return target;
}
