import { ByteWriter, type ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';

type RowGroup = ParquetWriter['row_groups'][number];

const VERSION = 2;
const CREATED_BY = 'hyparquet';
/** Of the number of bytes that stands behind what is said of a file. */
const LENGTH_BYTES = 4;
/** `PAR1`: a file begins and ends with it. */
export const MAGIC = 0x31524150;
/** Thrift, compact protocol: a list of structs, and how many of them fit beside that into its one byte. */
const STRUCTS = 0x0c;
const SHORT_LIST_MAX = 14;
const LONG_LIST = 0xf0;

/**
 * What the end of a file says of its row groups, kept as the bytes that it is written as. The library keeps
 * objects until the end: of FOCUS 56 kB for each group of rows, of which 7 kB are written.
 */
export class ParquetFooter {
  private readonly groups: Uint8Array[] = [];
  private rows = 0n;

  constructor(private readonly schema: SchemaElement[]) {}

  /** The library writes no group by itself: it is what an end of one has more than an end of none. */
  add(group: RowGroup): void {
    const [none, one] = [this.endOf([]), this.endOf([group])];
    const start = firstDifference(none, one) + 1;
    this.groups.push(one.slice(start, start + one.length - none.length));
    this.rows += group.num_rows;
  }

  /** The bytes that the library would end the file with. */
  writeTo(writer: ByteWriter): void {
    const none = this.endOf([]);
    const start = firstDifference(none, this.endOf([NO_COLUMNS]));
    const from = writer.offset;
    writer.appendBytes(none.subarray(0, start));
    this.writeListHeader(writer);
    for (const group of this.groups) writer.appendBytes(group);
    writer.appendBytes(none.subarray(start + 1, none.length - LENGTH_BYTES));
    writer.appendUint32(writer.offset - from);
    writer.appendUint32(MAGIC);
  }

  private writeListHeader(writer: ByteWriter): void {
    const { length } = this.groups;
    if (length > SHORT_LIST_MAX) {
      writer.appendUint8(LONG_LIST | STRUCTS);
      writer.appendVarInt(length);
    } else writer.appendUint8(length === 0 ? 0 : (length << 4) | STRUCTS);
  }

  private endOf(row_groups: RowGroup[]): Uint8Array {
    const writer = new ByteWriter();
    const facts = { version: VERSION, created_by: CREATED_BY, num_rows: this.rows, metadata_length: 0 };
    writeMetadata(writer, { ...facts, schema: this.schema, row_groups });
    return writer.getBytes();
  }
}

const NO_COLUMNS: RowGroup = { columns: [], total_byte_size: 0n, num_rows: 0n };

/** Where the list of row groups begins: it is the first that is not the same. */
function firstDifference(one: Uint8Array, other: Uint8Array): number {
  let index = 0;
  while (one[index] === other[index]) index += 1;
  return index;
}
