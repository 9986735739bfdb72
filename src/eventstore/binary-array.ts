/**
 * One-dimensional PostgreSQL arrays in the binary wire format (array_send/array_recv). `pg` sends
 * a Buffer as a binary parameter, so nothing is quoted, escaped or parsed as text on either side.
 * Layout: dimensions, has-null flag, element type, length, lower bound, then (length, bytes)…,
 * all big-endian 32-bit.
 */
const HEADER_BYTES = 20;
const OID = { bytea: 17, int8: 20, int4: 23, text: 25, timestamptz: 1184 } as const;
/** PostgreSQL counts timestamps in microseconds from 2000-01-01 UTC. */
const POSTGRES_EPOCH_MS = 946_684_800_000;

function header(target: Buffer, oid: number, length: number): void {
  target.writeInt32BE(1, 0);
  target.writeInt32BE(0, 4);
  target.writeInt32BE(oid, 8);
  target.writeInt32BE(length, 12);
  target.writeInt32BE(1, 16);
}

function empty(oid: number): Buffer {
  const target = Buffer.alloc(12);
  target.writeInt32BE(oid, 8);
  return target;
}

export function textArray(values: readonly string[]): Buffer {
  if (values.length === 0) return empty(OID.text);
  let size = HEADER_BYTES;
  const lengths = values.map((value) => {
    const length = Buffer.byteLength(value);
    size += 4 + length;
    return length;
  });
  const target = Buffer.allocUnsafe(size);
  header(target, OID.text, values.length);
  let offset = HEADER_BYTES;
  values.forEach((value, index) => {
    offset = target.writeInt32BE(lengths[index] as number, offset);
    offset += target.write(value, offset);
  });
  return target;
}

export function byteaArray(values: readonly Buffer[]): Buffer {
  if (values.length === 0) return empty(OID.bytea);
  const size = values.reduce((sum, value) => sum + 4 + value.length, HEADER_BYTES);
  const target = Buffer.allocUnsafe(size);
  header(target, OID.bytea, values.length);
  let offset = HEADER_BYTES;
  for (const value of values) {
    offset = target.writeInt32BE(value.length, offset);
    offset += value.copy(target, offset);
  }
  return target;
}

export function integerArray(values: readonly number[]): Buffer {
  if (values.length === 0) return empty(OID.int4);
  const target = Buffer.allocUnsafe(HEADER_BYTES + values.length * 8);
  header(target, OID.int4, values.length);
  let offset = HEADER_BYTES;
  for (const value of values) {
    offset = target.writeInt32BE(4, offset);
    offset = target.writeInt32BE(value, offset);
  }
  return target;
}

function wideArray(oid: number, values: readonly bigint[]): Buffer {
  if (values.length === 0) return empty(oid);
  const target = Buffer.allocUnsafe(HEADER_BYTES + values.length * 12);
  header(target, oid, values.length);
  let offset = HEADER_BYTES;
  for (const value of values) {
    offset = target.writeInt32BE(8, offset);
    offset = target.writeBigInt64BE(value, offset);
  }
  return target;
}

export function bigintArray(values: readonly bigint[]): Buffer {
  return wideArray(OID.int8, values);
}

/** Epoch milliseconds to `timestamptz[]`. */
export function instantArray(values: readonly number[]): Buffer {
  const micros = values.map((value) => BigInt(value - POSTGRES_EPOCH_MS) * 1_000n);
  return wideArray(OID.timestamptz, micros);
}
