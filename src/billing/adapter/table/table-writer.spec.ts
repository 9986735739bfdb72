import { createHash } from 'node:crypto';
import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import {
  countColumn,
  formatDecimal,
  instantColumn,
  jsonColumn,
  moneyColumn,
  ratioColumn,
  textColumn,
  type Row,
  type Table,
} from '../../model/export/table.js';
import { openTable, type TableFormat } from './table-writer.js';

const TABLE: Table = {
  columns: [textColumn('name', 'null'), moneyColumn('amount', 'null'), instantColumn('at'), countColumn('count'), ratioColumn('ratio'), jsonColumn('about', 'null')],
};
const NOON = Date.parse('2026-11-28T12:00:00Z');

async function write(format: TableFormat, pages: readonly (readonly Row[])[], table = TABLE): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const writer = openTable(format, table, async (bytes) => void chunks.push(bytes.slice()));
  for (const page of pages) await writer.write(page);
  await writer.finish();
  return Buffer.concat(chunks);
}
const read = (bytes: Buffer): Promise<Record<string, unknown>[]> =>
  parquetReadObjects({ file: new Uint8Array(bytes).buffer as ArrayBuffer }) as Promise<Record<string, unknown>[]>;

const NULLABLE = { repetition_type: 'OPTIONAL' } as const;
const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' }, ...NULLABLE } as const;
const JSON_TEXT = { type: 'BYTE_ARRAY', converted_type: 'JSON', logical_type: { type: 'JSON' }, ...NULLABLE } as const;
const INSTANT = { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' }, ...NULLABLE } as const;

/** What the library makes of the columns of one group of rows. */
async function byLibrary(columns: readonly (SchemaElement & { readonly data: unknown[] })[]): Promise<Buffer> {
  const writer = new ByteWriter();
  const elements = columns.map(({ data: _, ...element }): SchemaElement => element);
  const library = new ParquetWriter({ writer, schema: [{ name: 'root', num_children: columns.length }, ...elements] });
  await library.write({ columnData: columns.map(({ name, data }) => ({ name, data, offsetIndex: false })), rowGroupSize: 10_000 });
  await library.finish();
  return Buffer.from(writer.getBytes());
}

const ROWS: readonly Row[] = [
  ['plain', 1_250_000n, NOON, 3n, 500_000_000_000n, '{"a":1}'],
  [null, -1n, NOON + 1, -5n, -1n, null],
  ['=1+1', null, NOON, 0n, 0n, null],
];

describe('a table', () => {
  it('as CSV has a header, numbers that stay numbers, and no formulas', async () => {
    expect((await write('csv', [ROWS])).toString().split('\r\n')).toEqual([
      'name,amount,at,count,ratio,about',
      'plain,1.25,2026-11-28T12:00:00Z,3,0.5,"{""a"":1}"',
      ',-0.000001,2026-11-28T12:00:00.001Z,-5,-0.000000000001,',
      "'=1+1,,2026-11-28T12:00:00Z,0,0,",
      '',
    ]);
    expect((await write('csv', [])).toString()).toBe('name,amount,at,count,ratio,about\r\n');
  });

  it.each(['=cmd', '+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1', '＝1', '＋1', '－1', '＠A1'])('as CSV does not run %j', async (text) => {
    const file = (await write('csv', [[[text]]], { columns: [textColumn('name')] })).toString();
    expect(file.split('name\r\n')[1]?.replace(/^"/, '').startsWith("'")).toBe(true);
  });

  it('as CSV quotes as a library does, also where a column says the same again', () => {
    const cell = fc.oneof(fc.constantFrom('', 'a', '"', 'a,b', 'line\r\nline', 'a\nb', 'a\rb', ' x ', '\'=1'), fc.string());
    const texts = cell.filter((text) => !/^[=+\-@＝＋－＠\t\r\n\0]/.test(text));
    return fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(texts, texts), { minLength: 1, maxLength: 20 }), async (rows) => {
        const table = { columns: [textColumn('a'), textColumn('b')] };
        const ours = (await write('csv', [rows], table)).toString();
        expect(ours).toBe(stringify([['a', 'b'], ...rows], { record_delimiter: '\r\n', quoted_match: /[\r\n]/ }));
      }),
    );
  });

  it('as JSON Lines keeps decimals as text', async () => {
    expect((await write('jsonl', [ROWS])).toString().trim().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual([
      { name: 'plain', amount: '1.25', at: '2026-11-28T12:00:00Z', count: '3', ratio: '0.5', about: { a: 1 } },
      { name: null, amount: '-0.000001', at: '2026-11-28T12:00:00.001Z', count: '-5', ratio: '-0.000000000001', about: null },
      { name: '=1+1', amount: null, at: '2026-11-28T12:00:00Z', count: '0', ratio: '0', about: null },
    ]);
  });

  it('as Parquet has decimals, UTC timestamps, JSON and nulls', async () => {
    const bytes = await write('parquet', [ROWS]);
    expect(await read(bytes)).toEqual([
      { name: 'plain', amount: 1.25, at: new Date(NOON), count: 3, ratio: 0.5, about: { a: 1 } },
      { name: null, amount: -0.000001, at: new Date(NOON + 1), count: -5, ratio: -1e-12, about: null },
      { name: '=1+1', amount: null, at: new Date(NOON), count: 0, ratio: 0, about: null },
    ]);
    const metadata = parquetMetadata(new Uint8Array(bytes).buffer as ArrayBuffer);
    expect(parquetSchema(metadata).children.map(({ element }) => [element.name, element.logical_type, element.repetition_type])).toMatchObject([
      ['name', { type: 'STRING' }, 'OPTIONAL'],
      ['amount', { type: 'DECIMAL', precision: 38, scale: 6 }, 'OPTIONAL'],
      ['at', { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' }, 'REQUIRED'],
      ['count', { type: 'DECIMAL', scale: 0 }, 'REQUIRED'],
      ['ratio', { type: 'DECIMAL', scale: 12 }, 'REQUIRED'],
      ['about', { type: 'JSON' }, 'OPTIONAL'],
    ]);
  });

  it('as Parquet keeps every digit of a decimal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.bigInt(-(10n ** 30n), 10n ** 30n), { minLength: 1, maxLength: 20 }), async (values) => {
        const bytes = await write('parquet', [values.map((value) => [value])], { columns: [moneyColumn('amount')] });
        // What the reader makes of it is a floating-point number; the bytes hold more.
        const rows = await read(bytes);
        rows.forEach((row, index) => expect(row['amount']).toBeCloseTo(Number(formatDecimal(values[index] ?? 0n, 6)), -20));
        const raw = values.map((value) => BigInt.asUintN(128, value).toString(16).padStart(32, '0'));
        const [first = ''] = raw;
        expect(values.length > 1 || bytes.includes(Buffer.from(first, 'hex'))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('as Parquet packs decimals as the library does, also below zero and where a column says the same again', () => {
    const cell = fc.option(fc.oneof(fc.constantFrom(0n, -1n, 2n ** 63n, -(2n ** 63n)), fc.bigInt(-(10n ** 38n) + 1n, 10n ** 38n - 1n)));
    const digits = { precision: 38, scale: 6 };
    const element: SchemaElement = {
      ...{ name: 'amount', type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, converted_type: 'DECIMAL', repetition_type: 'OPTIONAL' },
      ...{ logical_type: { type: 'DECIMAL', ...digits }, ...digits },
    };
    return fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 20 }), async (cells) => {
        const writer = new ByteWriter();
        const library = new ParquetWriter({ writer, schema: [{ name: 'root', num_children: 1 }, element] });
        await library.write({ columnData: [{ name: 'amount', data: cells, offsetIndex: false, encoding: 'PLAIN' }] });
        await library.finish();
        const ours = await write('parquet', [cells.map((one) => [one])], { columns: [moneyColumn('amount', 'null')] });
        expect(ours.equals(Buffer.from(writer.getBytes()))).toBe(true);
      }),
    );
  });

  it('as Parquet writes texts, JSON and instants as the library does, with and without a dictionary', () => {
    const few = fc.constantFrom('', 'a', 'é', '\u{10348}', '\uffee', 'x'.repeat(300));
    const texts = fc.oneof(fc.array(fc.option(few), { minLength: 1, maxLength: 60 }), fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 60 }));
    const instants = fc.array(fc.option(fc.oneof(fc.constantFrom(NOON, NOON + 1), fc.integer({ min: 0, max: 2 * NOON }))), { minLength: 1, maxLength: 60 });
    return fc.assert(
      fc.asyncProperty(texts, instants, async (some, times) => {
        const rows = some.map((text, index): Row => [text, text === null ? null : JSON.stringify({ text: 'x'.repeat(text.length) }), times[index] ?? null]);
        const table = { columns: [textColumn('text', 'null'), jsonColumn('about', 'null'), instantColumn('at', 'null')] };
        const cells = (index: number): unknown[] => rows.map((row) => row[index] ?? null);
        const columns = [
          { ...TEXT, name: 'text', data: cells(0) },
          { ...JSON_TEXT, name: 'about', data: some.map((text) => (text === null ? null : { text: 'x'.repeat(text.length) })) },
          { ...INSTANT, name: 'at', data: cells(2).map((at) => (at === null ? null : new Date(Number(at)))) },
        ];
        expect((await write('parquet', [rows], table)).equals(await byLibrary(columns))).toBe(true);
      }),
    );
  });

  it('as Parquet ends a page of texts where the library does', async () => {
    const data = Array.from({ length: 10_000 }, (_, index) => (index % 3 === 0 ? null : `${index} é ${'y'.repeat(index % 700)}`));
    const ours = await write('parquet', [data.map((text) => [text])], { columns: [textColumn('text', 'null')] });
    expect(ours.equals(await byLibrary([{ ...TEXT, name: 'text', data }]))).toBe(true);
    expect(await read(ours)).toEqual(data.map((text) => ({ text })));
  });

  it('as Parquet writes a group as the library does, whatever a column was like in the group before', async () => {
    const kinds: ((index: number) => number | null)[] = [(index) => index, (index) => index % 5, () => null, (index) => (index % 4 === 0 ? null : index)];
    const orders = [[0, 1, 0, 2], [1, 3, 1, 1], [2, 2, 0, 1], [3, 0, 2, 3]];
    const columns = orders.map((order) => order.flatMap((kind) => Array.from({ length: 10_000 }, (_, index) => kinds[kind]?.(index) ?? null)));
    const texts = columns.map((cells) => cells.map((cell) => (cell === null ? null : `a text, ${cell}`)));
    const instants = columns.map((cells) => cells.map((cell) => (cell === null ? null : NOON + cell)));
    const table = { columns: [...texts.map((_, index) => textColumn(`text ${index}`, 'null')), ...instants.map((_, index) => instantColumn(`at ${index}`, 'null'))] };
    const rows = Array.from({ length: 40_000 }, (_, row): Row => [...texts, ...instants].map((cells) => cells[row] ?? null));
    const library = await byLibrary([
      ...texts.map((data, index) => ({ ...TEXT, name: `text ${index}`, data })),
      ...instants.map((cells, index) => ({ ...INSTANT, name: `at ${index}`, data: cells.map((at) => (at === null ? null : new Date(at))) })),
    ]);
    expect((await write('parquet', [rows.slice(0, 15_000), rows.slice(15_000)], table)).equals(library)).toBe(true);
  });

  it('as Parquet keeps every digit of a number in JSON', async () => {
    const text = '{"cost":0.000000000001,"quantity":12345678901.123456789012}';
    const bytes = await write('parquet', [[[text]]], { columns: [jsonColumn('about')] });
    expect(bytes.includes(text)).toBe(true);
  });

  it.each([0, 1, 14, 15, 16])('as Parquet of %i groups of rows is the file that the library writes at once', async (groups) => {
    const texts = Array.from({ length: groups * 10_000 }, (_, index) => `row ${index % 7}`);
    const writer = new ByteWriter();
    const name: SchemaElement = { name: 'name', type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' }, repetition_type: 'REQUIRED' };
    const library = new ParquetWriter({ writer, schema: [{ name: 'root', num_children: 1 }, name] });
    if (groups > 0) await library.write({ columnData: [{ name: 'name', data: texts, offsetIndex: false }], rowGroupSize: 10_000 });
    await library.finish();
    const ours = await write('parquet', [texts.map((text): Row => [text])], { columns: [textColumn('name')] });
    expect(ours.equals(Buffer.from(writer.getBytes()))).toBe(true);
  });

  it.each(['csv', 'jsonl', 'parquet'] as const)('as %s is the same file however its rows come', async (format) => {
    const rows = Array.from({ length: 25_000 }, (_, index): Row => [`row ${index % 7}`, BigInt(index), NOON + index, 1n, 2n, null]);
    const pages = [rows.slice(0, 1), rows.slice(1, 12_345), rows.slice(12_345)];
    const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    expect(hash(await write(format, pages))).toBe(hash(await write(format, [rows])));
    if (format === 'parquet') expect(await read(await write(format, pages))).toHaveLength(25_000);
  });
});
