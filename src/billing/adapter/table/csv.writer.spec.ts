import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { safeCell } from '../../../api/http/csv-cell.js';
import { instantColumn, jsonColumn, moneyColumn, ratioColumn, countColumn, textColumn, textOf, type Cell, type Row, type Table } from '../../model/export/table.js';
import { CsvWriter } from './csv.writer.js';

const TABLE: Table = {
  columns: [
    ...[textColumn('a name, "quoted"', 'null'), moneyColumn('money', 'null'), jsonColumn('json', 'null'), textColumn('text', 'null')],
    ...[ratioColumn('ratio', 'null'), instantColumn('at', 'null'), countColumn('count', 'null'), textColumn('last', 'null')],
  ],
};

/** What a library makes of the same rows, each cell turned into text by itself. */
function byLibrary(rows: readonly Row[], { columns }: Table): string {
  const textIn = (cell: Cell, index: number): string => {
    const type = columns[index]?.type ?? { kind: 'text' };
    const text = textOf(cell, type);
    return type.kind === 'text' || type.kind === 'json' ? safeCell(text) : text;
  };
  const records = [columns.map(({ name }) => name), ...rows.map((row) => columns.map((_, index) => textIn(row[index] ?? null, index)))];
  return stringify(records, { record_delimiter: '\r\n', quoted_match: /[\r\n]/ });
}

async function chunksOf(pages: readonly Iterable<Row>[], table = TABLE): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  const writer = new CsvWriter(table, async (bytes) => void chunks.push(bytes));
  for (const page of pages) await writer.write(page);
  await writer.finish();
  return chunks;
}
const written = async (pages: readonly Iterable<Row>[], table = TABLE): Promise<string> => Buffer.concat(await chunksOf(pages, table)).toString();

const POWERS = Array.from({ length: 39 }, (_, digits) => 10n ** BigInt(digits));
const nearPower = fc.tuple(fc.constantFrom(...POWERS, 2n ** 53n, 2n ** 63n), fc.bigInt(-2n, 2n), fc.bigInt(1n, 9n)).map(([power, more, times]) => times * power + more);
const decimal = fc.oneof(fc.bigInt(-(10n ** 38n), 10n ** 38n), fc.bigInt(-(10n ** 15n), 10n ** 15n), nearPower, nearPower.map((value) => -value), fc.constantFrom(0n, -1n));
const text = fc.oneof(
  fc.constantFrom('', ',', '"', '""', 'a"b', '\r', '\n', '\r\n', '=1+1', '-1', '-1+1', '@x', '\t', '\0', '\uff1d1', '\uff0b', 'é', '\u20ac"', '\u{1f600}', '\ud800', 'x'.repeat(33), `${'y"'.repeat(40)}`),
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: fc.constantFrom('"', 'a', ',', '\u00df', '\u20ac'), minLength: 25, maxLength: 60 }),
);
const nullable = <Value>(of: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(of, { freq: 4 });
const row = fc.tuple(
  ...([nullable(text), nullable(decimal), nullable(text), nullable(text)] as const),
  ...([nullable(decimal), nullable(fc.integer({ min: 0, max: 4e12 })), nullable(decimal), nullable(text)] as const),
);
/** Rows of few, cell by cell: most say in most columns what the one before says. */
const rows = fc.tuple(fc.array(row, { minLength: 1, maxLength: 3 }), fc.array(fc.array(fc.nat(2), { minLength: 8, maxLength: 8 }), { maxLength: 30 })).map(([few, which]) =>
  which.map((places): Row => places.map((place, column) => few[place % few.length]?.[column] ?? null)),
);

describe('a CSV file', () => {
  it('is what a library makes of it, whatever its cells are and the row before says', () =>
    fc.assert(
      fc.asyncProperty(rows, fc.nat(30), async (all, at) => {
        // A half of a pair of surrogates is no text: UTF-8 has a mark in its place.
        const expected = Buffer.from(byLibrary(all, TABLE)).toString();
        expect(await written([all.slice(0, at), all.slice(at)])).toBe(expected);
      }),
      { numRuns: 500 },
    ));

  it('is handed on in pieces that end with a row, and is the same whatever a piece begins with', async () => {
    const long = `${'z"é'.repeat(40_000)}`;
    const all = Array.from({ length: 9_000 }, (_, index): Row => {
      const about = index % 1_000 === 999 ? long : 'the same text, for many rows in turn';
      return [about, BigInt(index % 3), '{"a":"b"}', null, BigInt(index), 1_000 * index, -BigInt(index), about];
    });
    const chunks = await chunksOf([all.slice(0, 5_000), all.slice(5_000)]);
    expect(Buffer.concat(chunks).toString()).toBe(byLibrary(all, TABLE));
    expect(chunks.length).toBeGreaterThan(3);
    expect(chunks.every((bytes) => bytes.at(-1) === 0x0a && bytes.length < 2_500_000)).toBe(true);
    const held = chunks.map((bytes) => bytes.buffer);
    expect(new Set(held).size).toBe(chunks.length);
  });

  it('without rows has its header once', async () => {
    const table = { columns: [textColumn('one'), textColumn('=two')] };
    expect(await written([], table)).toBe("one,'=two\r\n");
    expect(await written([[], [], [['a', 'b']]], table)).toBe("one,'=two\r\na,b\r\n");
  });
});
