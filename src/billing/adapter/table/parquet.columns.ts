import type { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { assertNever } from '../../../kernel/assert.js';
import { floorToGrid, type Instant } from '../../../kernel/time.js';
import type { Cell, Column } from '../../model/export/table.js';
import { packDecimals } from './parquet.decimals.js';
import { bitsOf, dictionaryOf, type Dictionary } from './parquet.dictionary.js';
import { CODEC, packPlaces, writeDictionaryPage, writePage, type Page } from './parquet.pages.js';
import { boundsOf, packTexts, pagesOfTexts, sizeOfText, type Span } from './parquet.texts.js';

type Chunk = ParquetWriter['row_groups'][number]['columns'][number];
type MetaData = NonNullable<Chunk['meta_data']>;
type Statistics = NonNullable<MetaData['statistics']>;
type Bounds = Pick<Statistics, 'min_value' | 'max_value'>;
type PhysicalType = 'BYTE_ARRAY' | 'INT64' | 'FIXED_LEN_BYTE_ARRAY';

/** A column of a group of rows as it is written. */
interface Packed {
  readonly type: PhysicalType;
  readonly bounds: Bounds;
  readonly dictionary: { readonly values: number; readonly bytes: Uint8Array } | null;
  readonly pages: readonly (Span & { readonly bytes: Uint8Array })[];
}

const INT64_BYTES = 8;

/**
 * Writes the cells of one column as `hyparquet-writer` would, to the byte, but looks at each cell once and works
 * only where it says something else than the one above it: most columns say the same for many rows in turn.
 * JSON is written as the text that it is: read and written anew, a decimal in it would lose digits.
 */
export function writeColumn(writer: ByteWriter, column: Column, cells: readonly Cell[]): Chunk {
  const levels = column.isNullable ? levelsOf(cells) : null;
  const { type, bounds, dictionary, pages } = pack(cells, column.type);
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
  const about = { type, path_in_schema: [column.name], num_values: BigInt(cells.length) };
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

function pack(cells: readonly Cell[], type: Column['type']): Packed {
  switch (type.kind) {
    case 'text':
    case 'json':
      return textsOf(areTexts(cells) ? cells : cells.map((cell) => (cell === null ? null : String(cell))));
    case 'instant':
      return instantsOf(cells.map((cell) => (cell === null ? null : floorToGrid(Number(cell) as Instant, type.step))));
    // The same few texts come again and again; a dictionary of numbers would be as long as they are.
    case 'decimal': {
      const { bytes, bounds } = packDecimals(cells);
      return { type: 'FIXED_LEN_BYTE_ARRAY', bounds, dictionary: null, pages: [{ ...all(cells), bytes }] };
    }
    default:
      return assertNever(type);
  }
}

/** Nearly always: a column of texts is not copied to find that out. */
const areTexts = (cells: readonly Cell[]): cells is readonly (string | null)[] => cells.every((cell) => cell === null || typeof cell === 'string');

function textsOf(cells: readonly (string | null)[]): Packed {
  const dictionary = dictionaryOf(cells, sizeOfText);
  if (dictionary === null) {
    return { type: 'BYTE_ARRAY', bounds: boundsOf(cells), dictionary, pages: pagesOfTexts(cells) };
  }
  const { values } = dictionary;
  const bytes = packTexts(values);
  return { type: 'BYTE_ARRAY', bounds: boundsOf(values), ...behind(dictionary, bytes, cells) };
}

function instantsOf(cells: readonly (number | null)[]): Packed {
  const dictionary = dictionaryOf(cells, () => INT64_BYTES);
  const values = dictionary?.values ?? cells.filter((cell) => cell !== null);
  const [bytes, bounds] = [packInstants(values), boundsOfInstants(values)];
  if (dictionary === null) return { type: 'INT64', bounds, dictionary, pages: [{ ...all(cells), bytes }] };
  return { type: 'INT64', bounds, ...behind(dictionary, bytes, cells) };
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

/** Places in a dictionary take little: they are one page. */
function behind<Value>(
  { values, indexes }: Dictionary<Value>,
  bytes: Uint8Array,
  cells: readonly unknown[],
): Pick<Packed, 'dictionary' | 'pages'> {
  const places = packPlaces(indexes, bitsOf(values.length));
  return { dictionary: { values: values.length, bytes }, pages: [{ ...all(cells), bytes: places }] };
}

const all = ({ length }: readonly unknown[]): Span => ({ from: 0, to: length });

function levelsOf(cells: readonly Cell[]): Uint8Array {
  const levels = new Uint8Array(cells.length);
  for (let index = 0; index < cells.length; index += 1) levels[index] = (cells[index] ?? null) === null ? 0 : 1;
  return levels;
}

function nullsOf(levels: Uint8Array | null): number {
  if (levels === null) return 0;
  let full = 0;
  for (let index = 0; index < levels.length; index += 1) full += levels[index] ?? 0;
  return levels.length - full;
}
