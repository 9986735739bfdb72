import { readLines } from './order.lines.js';

const LINE = '2026-12-01 09:00, 2026-12-01 17:00, 1500, 0.0012';
const ORDER = {
  ...{ marketId: 'm@fp8', window: { start: '2026-12-01T09:00:00.000Z', end: '2026-12-01T17:00:00.000Z' } },
  ...{ quantity: '1500', limitPrice: '1200', timeInForce: 'GTC', until: null },
};

it.each<[string, object]>([
  [LINE, {}],
  ['2026-12-01T09:00Z,2026-12-01T17:00:00Z,1500,$0.0012,ioc', { timeInForce: 'IOC' }],
  ['2026-12-01 09:00\t2026-12-01 17:00\t1500\t0.0012\tFOK', { timeInForce: 'FOK' }],
  [`${LINE}, GTD, 2026-12-01 08:00`, { timeInForce: 'GTD', until: '2026-12-01T08:00:00.000Z' }],
])('%s is a bid', (text, changes) => {
  expect(readLines(text, 'm@fp8')).toEqual({ ok: true, value: [{ text, number: 1, order: { ...ORDER, ...changes } }] });
});

it('names of columns and empty lines are passed over, and counted', () => {
  const read = readLines(`Start,End,Quantity,Limit\n\n${LINE}\r\n  \n${LINE},IOC\n`, 'm@fp8');
  expect(read.ok && read.value.map(({ number, order }) => [number, order.timeInForce])).toEqual([[3, 'GTC'], [5, 'IOC']]);
});

const WINDOW = 'is no window: a start and a later end, UTC, such as 2026-12-01 09:00';
const FORCE = 'is no time in force: GTC, GTD, IOC, FOK; after GTD, and there only, a time, UTC';
it.each<[string, readonly string[]]>([
  ['', ['has 0 bids: 1 to 20 of them, one a line']],
  [Array.from({ length: 21 }, () => LINE).join('\n'), ['has 21 bids: 1 to 20 of them, one a line']],
  ['1500, 0.0012', ['line 1: has 2 values: start, end, tokens per second, limit in USD per token/s and hour [, time in force [, until]]']],
  [`${LINE}\n2026-12-01, 2026-12-02, 1, 1`, [`line 2: ${WINDOW}`]],
  ['2026-13-01 09:00, 2026-12-01 17:00, 1, 1', [`line 1: ${WINDOW}`]],
  ['2026-12-01 09:00, 2026-12-01 09:00, 1, 1', [`line 1: ${WINDOW}`]],
  [LINE.replace('1500', '1.5'), ['line 1: is no quantity: a whole number of tokens/s up to 1,000,000,000,000, such as 1500']],
  [LINE.replace('0.0012', 'cheap'), ['line 1: is no amount: US dollars with at most six places, such as 0.0012']],
  [`${LINE}, SOON\n${LINE}, GTD\n${LINE}, IOC, 2026-12-01 08:00\n${LINE}, GTD, soon`, [1, 2, 3, 4].map((number) => `line ${number}: ${FORCE}`)],
])('%j is refused, line by line', (text, issues) => {
  const read = readLines(text, 'm@fp8');
  expect(read.ok ? [] : read.error.map(({ reason, accepted }) => `${reason}: ${accepted}`)).toEqual(issues);
});
