import type { ByteWriter } from 'hyparquet-writer';
import { ByteWriter as LevelWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';

export const CODEC = 'SNAPPY';

/** Some rows of a column. */
export interface Page {
  readonly rows: number;
  readonly nulls: number;
  /** Of each row whether there is something in it; null: the column has no nulls. */
  readonly levels: Uint8Array | null;
  readonly encoding: 'PLAIN' | 'RLE_DICTIONARY';
  /** Of the rows that are not null. */
  readonly bytes: Uint8Array;
}

/** Data page, version 2: what is null stands before what is compressed. Returns its bytes before that. */
export function writePage(writer: ByteWriter, { rows, nulls, levels, encoding, bytes }: Page): number {
  const before = new LevelWriter();
  if (levels !== null) writeRleBitPackedHybrid(before, levels, 1);
  const compressed = snappyCompress(bytes);
  const start = writer.offset;
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: before.offset + bytes.length,
    compressed_page_size: before.offset + compressed.length,
    data_page_header_v2: {
      ...{ num_values: rows, num_nulls: nulls, num_rows: rows, encoding },
      ...{ definition_levels_byte_length: before.offset, repetition_levels_byte_length: 0, is_compressed: true },
    },
  });
  const header = writer.offset - start;
  writer.appendBytes(before.getBytes());
  writer.appendBytes(compressed);
  return header + before.offset + bytes.length;
}

/** The values that the pages after it have the places of. Returns its bytes before they are compressed. */
export function writeDictionaryPage(writer: ByteWriter, values: number, bytes: Uint8Array): number {
  const compressed = snappyCompress(bytes);
  const start = writer.offset;
  writePageHeader(writer, {
    type: 'DICTIONARY_PAGE',
    ...{ uncompressed_page_size: bytes.length, compressed_page_size: compressed.length },
    dictionary_page_header: { num_values: values, encoding: 'PLAIN' },
  });
  const header = writer.offset - start;
  writer.appendBytes(compressed);
  return header + bytes.length;
}

/** Places in a dictionary, behind how many bits each has. */
export function packPlaces(places: Int32Array, bits: number): Uint8Array {
  const writer = new LevelWriter();
  writer.appendUint8(bits);
  writeRleBitPackedHybrid(writer, places, bits);
  return writer.getBytes();
}
