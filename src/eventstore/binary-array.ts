/**
 * One-dimensional PostgreSQL arrays in the binary wire format (array_send/array_recv). `pg` sends
 * a Buffer as a binary parameter, so nothing is quoted, escaped or parsed as text on either side.
 * Layout: dimensions, has-null flag, element type, length, lower bound, then (length, bytes)…,
 * all big-endian 32-bit.
 */
const HEADER_BYTES = 20;
const TEXT_OID = 25;

function header(target: Buffer, length: number): void {
  target.writeInt32BE(1, 0);
  target.writeInt32BE(0, 4);
  target.writeInt32BE(TEXT_OID, 8);
  target.writeInt32BE(length, 12);
  target.writeInt32BE(1, 16);
}

/** No dimensions, no nulls, the element type. */
function empty(): Buffer {
  const target = Buffer.alloc(12);
  target.writeInt32BE(TEXT_OID, 8);
  return target;
}

export function textArray(values: readonly string[]): Buffer {
  if (values.length === 0) return empty();
  let size = HEADER_BYTES;
  const lengths = values.map((value) => {
    const length = Buffer.byteLength(value);
    size += 4 + length;
    return length;
  });
  const target = Buffer.allocUnsafe(size);
  header(target, values.length);
  let offset = HEADER_BYTES;
  values.forEach((value, index) => {
    offset = target.writeInt32BE(lengths[index] as number, offset);
    offset += target.write(value, offset);
  });
  return target;
}
