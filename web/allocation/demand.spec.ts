import { drawn, fileRefusal, officeHours, parseDemand, parseDemandFile, segmentsOf } from './demand.js';

const start = Date.parse('2026-12-01T00:00:00Z');

it('joins hours of equal demand, and leaves out those without', () => {
  expect(segmentsOf([100, 100, 0, 0, 50], start)).toEqual([
    { window: { start: '2026-12-01T00:00:00.000Z', end: '2026-12-01T02:00:00.000Z' }, quantity: '100' },
    { window: { start: '2026-12-01T04:00:00.000Z', end: '2026-12-01T05:00:00.000Z' }, quantity: '50' },
  ]);
  expect(segmentsOf([], start)).toEqual([]);
  expect(segmentsOf([0, 0], start)).toEqual([]);
});

it('draws a straight line between two points, in either direction', () => {
  expect(drawn([0, 0, 0, 0, 9], { hour: 0, quantity: 0 }, { hour: 3, quantity: 300 })).toEqual([0, 100, 200, 300, 9]);
  expect(drawn([0, 0, 0], { hour: 2, quantity: 20 }, { hour: 1, quantity: 10 })).toEqual([0, 10, 20]);
  expect(drawn([5, 5], { hour: 1, quantity: 7 }, { hour: 1, quantity: 7 })).toEqual([5, 7]);
});

it.each([
  ['100\n200\n', [100, 200]],
  ['hour,tokens/s\n2026-12-01T00:00Z,100\r\n2026-12-01T01:00Z,0', [100, 0]],
  ['a;1\nb;2', [1, 2]],
  ['0,500\n1,600\n2,1500', [500, 600, 1_500]],
  ['hour,tokens/s\n7,500\n8,600', [500, 600]],
])('reads %j', (text, demand) => {
  expect(parseDemand(text)).toEqual({ ok: true, value: demand });
});

it.each([
  ['', 'there is no line with a quantity'],
  ['tokens/s', 'there is no line with a quantity'],
  ['100\nmany', 'line 2 ends in “many”'],
  ['tokens\n1\n-1', 'line 3 ends in “-1”'],
  ['1.5', 'line 1 ends in “1.5”'],
  ['1,500', 'line 1 is “1,500”: 1500, or two columns?'],
  ['800\n1,500\n2,500', 'line 2 is “1,500”'],
  ['1,500\n1,200', 'line 1 is “1,500”'],
  ['1\n'.repeat(745), 'there are 745 hours'],
])('refuses %j: %s', (text, why) => {
  const read = parseDemand(text);
  expect(read.ok ? '' : read.error).toContain(why);
});

it('begins with a working day', () => {
  const day = officeHours(24, 0, 1_000);
  expect([day[3], day[7], day[12], day[20], day[23]]).toEqual([150, 500, 1_000, 600, 250]);
  expect(officeHours(2, 23, 1_000)).toEqual([250, 150]);
});

it('does not read a file that is too large to be a demand, and says what it takes', () => {
  expect(fileRefusal({ name: 'year.csv', size: 1_000_000 })).toBeNull();
  expect(fileRefusal({ name: 'year.csv', size: 50_000_000 })).toMatch(/^year\.csv has 50\.0 MB.*at most/);
});

it.each([
  ['\u0089PNG\r\n\u001a\n\u0000\u0000', 'photo.png is no text'],
  ['\ufffd\ufffd1\u0000', 'photo.png is no text'],
  ['hour,tokens\n1,many', 'photo.png: line 2 ends in “many”'],
])('says what a file is that is no demand: %j', (text, said) => {
  const read = parseDemandFile('photo.png', text);
  expect(read.ok ? '' : read.error).toContain(said);
});

it('reads columns in quotes, as spreadsheets write them', () => {
  expect(parseDemandFile('a.csv', '\ufeff"hour","tokens/s"\r\n"2026-12-01 00:00","1500"\r\n')).toEqual({ ok: true, value: [1500] });
  // Not five hundred: a comma within quotes parts no columns.
  expect(parseDemandFile('a.csv', '0;"1,500"')).toMatchObject({ ok: false });
});
