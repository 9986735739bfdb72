import { safeCell } from './csv-cell.js';
import { toCsv } from './csv.js';

describe('a cell', () => {
  it.each([
    ['', ''],
    ['llama-3.3-70b@fp8', 'llama-3.3-70b@fp8'],
    ['a=b', 'a=b'],
    ["'=1", "'=1"],
    ['0', '0'],
    ['-0.069993', '-0.069993'],
    ['-12', '-12'],
    ['1795269600000', '1795269600000'],
  ])('%j stays as it is', (text, expected) => {
    expect(safeCell(text)).toBe(expected);
  });

  it.each([
    '=1+1',
    "=cmd|'/c calc'!A0",
    '=HYPERLINK("https://example.com","x")',
    '+1',
    '-1+1',
    '-',
    '--1',
    '-1.',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '\0=1',
    '＝1+1',
    '＋1',
    '－1',
    '＠SUM(A1)',
    '-1\n',
  ])('%j is shown and not run', (text) => {
    expect(safeCell(text)).toBe(`'${text}`);
  });
});

describe('a table', () => {
  it('has every cell in one field, whatever ends lines elsewhere', () => {
    const cells = ['a,b', 'a\nb', 'a\rb', 'a\r\nb', 'say "hi"', ' plain '];
    const line = '"a,b","a\nb","a\rb","a\r\nb","say ""hi""", plain ';
    expect(toCsv(['1', '2', '3', '4', '5', '6'], [cells])).toBe(`1,2,3,4,5,6\r\n${line}\r\n`);
  });
});
