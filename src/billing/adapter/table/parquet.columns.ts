import type { ByteWriter } from 'hyparquet-writer';
import { assertNever } from '../../../kernel/assert.js';
import { floorToGrid, type Duration, type Instant } from '../../../kernel/time.js';
import type { Column } from '../../model/export/table.js';
import type { Bounds, Chunk, ColumnCells, MetaData, Packed } from './parquet.cells.js';
import { DecimalCells } from './parquet.decimals.js';
import { ValueCells, type ValueFormat } from './parquet.dictionary.js';
import { CODEC, writeDictionaryPage, writePage, type Page } from './parquet.pages.js';
import { boundsOf, packTexts, pagesOfTexts, sizeOfText } from './parquet.texts.js';

const INT64_BYTES = 8;

/** Where the cells of a column are kept until a group of so many rows is full. */
export function cellsOf({ type, isNullable }: Column, room: number): ColumnCells {
  switch (type.kind) {
    case 'text':
    case 'json':
      return new ValueCells(room, isNullable, TEXTS);
    case 'instant':
      return new ValueCells(room, isNullable, instantsIn(type.step));
    case 'decimal':
      return new DecimalCells(room, isNullable);
    default:
      return assertNever(type);
  }
}

/** JSON is written as the text that it is: read and written anew, a decimal in it would lose digits. */
const TEXTS: ValueFormat<string> = {
  type: 'BYTE_ARRAY',
  read: (cell) => (typeof cell === 'string' ? cell : String(cell)),
  sizeOf: sizeOfText,
  boundsOf,
  pack: packTexts,
  pagesOf: pagesOfTexts,
};

const instantsIn = (step: Duration): ValueFormat<number> => ({
  type: 'INT64',
  read: (cell) => floorToGrid(Number(cell) as Instant, step),
  sizeOf: () => INT64_BYTES,
  boundsOf: boundsOfInstants,
  pack: packInstants,
  pagesOf: (cells) => [{ from: 0, to: cells.length, bytes: packInstants(cells.filter((cell) => cell !== null)) }],
});

/** Writes so many rows of one column as `hyparquet-writer` would, to the byte. */
export function writeColumn(writer: ByteWriter, { name }: Column, rows: number, packed: Packed): Chunk {
  const { type, bounds, dictionary, pages } = packed;
  const levels = packed.levels?.subarray(0, rows) ?? null;
  const start = writer.offset;
  let bytes = dictionary === null ? 0 : writeDictionaryPage(writer, dictionary.values, dictionary.bytes);
  const data_page_offset = BigInt(writer.offset);
  const { encoding, ...encodings } = dictionary === null ? asTheyAre(pages.length) : byPlaces(start, pages.length);
  for (const { from, to, bytes: content } of pages) {
    const some = levels?.subarray(from, to) ?? null;
    const page = { rows: to - from, nulls: nullsOf(some), levels: some, encoding, bytes: content } satisfies Page;
    bytes += writePage(writer, page);
  }
  const sizes = {
    total_compressed_size: BigInt(writer.offset - start),
    total_uncompressed_size: BigInt(bytes),
  };
  const about = { type, path_in_schema: [name], num_values: BigInt(rows) };
  const statistics = { ...bounds, null_count: BigInt(nullsOf(levels)) };
  return {
    meta_data: { ...about, ...sizes, ...encodings, codec: CODEC, data_page_offset, statistics },
    file_offset: BigInt(start),
  };
}

type Encodings = Pick<MetaData, 'encodings' | 'encoding_stats' | 'dictionary_page_offset'> & Pick<Page, 'encoding'>;

function asTheyAre(count: number): Encodings {
  const encoding = 'PLAIN';
  return { encoding, encodings: [encoding], encoding_stats: [{ page_type: 'DATA_PAGE_V2', encoding, count }] };
}

function byPlaces(start: number, count: number): Encodings {
  const encoding = 'RLE_DICTIONARY';
  return {
    ...{ encoding, encodings: ['PLAIN', encoding], dictionary_page_offset: BigInt(start) },
    encoding_stats: [
      { page_type: 'DICTIONARY_PAGE', encoding: 'PLAIN', count: 1 },
      { page_type: 'DATA_PAGE_V2', encoding, count },
    ],
  };
}

function packInstants(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * INT64_BYTES));
  values.forEach((value, index) => view.setBigInt64(index * INT64_BYTES, BigInt(value), true));
  return new Uint8Array(view.buffer);
}

function boundsOfInstants(values: readonly number[]): Bounds {
  let [min, max] = [values[0], values[0]];
  for (const value of values) {
    if (min === undefined || value < min) min = value;
    if (max === undefined || value > max) max = value;
  }
  return min === undefined || max === undefined ? {} : { min_value: BigInt(min), max_value: BigInt(max) };
}

function nullsOf(levels: Uint8Array | null): number {
  if (levels === null) return 0;
  let full = 0;
  for (let index = 0; index < levels.length; index += 1) full += levels[index] ?? 0;
  return levels.length - full;
}
