/**
 * Rows in PostgreSQL's binary COPY format: a signature, then for each row a field count and each
 * field's length and bytes, then -1; all big-endian. Nothing is quoted or escaped on either side.
 */
const SIGNATURE = 'PGCOPY\n\u00ff\r\n\0';
/** PostgreSQL counts timestamps in microseconds from 2000-01-01 UTC. */
export const POSTGRES_EPOCH_MS = 946_684_800_000;
const FIRST_SIZE = 16_384;

export class BinaryCopyWriter {
  private buffer = Buffer.allocUnsafe(FIRST_SIZE);
  private length = 0;

  constructor() {
    this.length += this.buffer.write(SIGNATURE, this.length, 'latin1');
    this.length = this.buffer.writeInt32BE(0, this.length);
    this.length = this.buffer.writeInt32BE(0, this.length);
  }

  row(fields: number): this {
    this.reserve(2);
    this.length = this.buffer.writeInt16BE(fields, this.length);
    return this;
  }

  text(value: string): this {
    // UTF-8 needs at most three bytes for each UTF-16 unit.
    this.reserve(4 + value.length * 3);
    const bytes = this.buffer.write(value, this.length + 4);
    this.buffer.writeInt32BE(bytes, this.length);
    this.length += 4 + bytes;
    return this;
  }

  bytes(value: Uint8Array): this {
    this.reserve(4 + value.length);
    this.length = this.buffer.writeInt32BE(value.length, this.length);
    this.buffer.set(value, this.length);
    this.length += value.length;
    return this;
  }

  integer(value: number): this {
    this.reserve(8);
    this.length = this.buffer.writeInt32BE(4, this.length);
    this.length = this.buffer.writeInt32BE(value, this.length);
    return this;
  }

  /** Epoch milliseconds as `timestamptz`; exact at any distance. */
  instant(epochMs: number): this {
    this.reserve(12);
    this.length = this.buffer.writeInt32BE(8, this.length);
    const micros = BigInt(epochMs - POSTGRES_EPOCH_MS) * 1_000n;
    this.length = this.buffer.writeBigInt64BE(micros, this.length);
    return this;
  }

  end(): Buffer {
    this.reserve(2);
    this.length = this.buffer.writeInt16BE(-1, this.length);
    return this.buffer.subarray(0, this.length);
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + bytes));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}
