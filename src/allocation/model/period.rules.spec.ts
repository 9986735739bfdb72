import { parseInstant, type Instant } from '../../kernel/time.js';
import { checkPeriod, INTERVALS, wholeIntervals } from './period.rules.js';
import { SPEED_CLASSES, speedClassOf, STREAM_BUCKETS, TTFT_BUCKETS } from './speed.classes.js';

const at = (text: string): Instant => {
  const read = parseInstant(text);
  if (!read.ok) throw new Error(read.error);
  return read.value;
};
const period = (from: string, to: string) => ({ from: at(from), to: at(to) });

describe('a period', () => {
  it.each([
    ['an hour', '2026-12-01T00:00:00Z', '2026-12-01T01:00:00Z', []],
    ['as long as may be', '2026-12-01T00:00:00Z', '2026-12-03T00:00:00Z', []],
    ['a touch of a third day', '2026-12-01T00:00:00Z', '2026-12-03T00:00:00.001Z', ['to is too long after from']],
    ['two days over three', '2026-12-01T12:00:00Z', '2026-12-03T12:00:00Z', ['to is too long after from']],
    ['no time', '2026-12-01T00:00:00Z', '2026-12-01T00:00:00Z', ['to is not after from']],
    ['backwards', '2026-12-02T00:00:00Z', '2026-12-01T00:00:00Z', ['to is not after from']],
    ['the first two days', '1970-01-01T00:00:00Z', '1970-01-03T00:00:00Z', []],
    ['before them', '1969-12-31T00:00:00Z', '1970-01-01T00:00:00Z', ['from is before 1970']],
    ['the last day but one', '9999-12-30T00:00:00Z', '9999-12-31T00:00:00Z', []],
    ['the last day', '9999-12-31T00:00:00Z', '9999-12-31T00:00:00.001Z', ['to is in the last day of the calendar']],
  ])('of %s', (_what, from, to, expected) => {
    const issues = checkPeriod(period(from, to), { most: 2, of: 'DAY' });
    expect(issues.map(({ field, reason }) => `${field} ${reason}`)).toEqual(expected);
  });

  it.each([
    ['MINUTE', '2026-12-01T10:20:00.000Z', '2026-12-01T10:22:00.000Z'],
    ['HOUR', '2026-12-01T10:00:00.000Z', '2026-12-01T11:00:00.000Z'],
    ['DAY', '2026-12-01T00:00:00.000Z', '2026-12-02T00:00:00.000Z'],
  ] as const)('touches whole intervals of one %s', (name, start, end) => {
    const touched = wholeIntervals(period('2026-12-01T10:20:00Z', '2026-12-01T10:21:00.001Z'), INTERVALS[name]);
    expect(touched).toEqual({ start: at(start), end: at(end) });
  });
});

describe('speed', () => {
  it.each([
    [0, 'BASIC'],
    [49, 'BASIC'],
    [50, 'INTERACTIVE'],
    [199, 'INTERACTIVE'],
    [200, 'FAST'],
    [799, 'FAST'],
    [800, 'INSTANT'],
    [100_000, 'INSTANT'],
  ])('of %s tokens/s a stream is %s', (speed, expected) => {
    expect(speedClassOf(speed)).toBe(expected);
  });

  it('has buckets that meet and go on without end', () => {
    for (const buckets of [TTFT_BUCKETS, STREAM_BUCKETS]) {
      expect(buckets.map(({ below }) => below)).toEqual([...buckets.slice(1).map(({ from }) => from), null]);
      expect(buckets[0]?.from).toBe(0);
    }
    expect(SPEED_CLASSES.every(({ floor }) => STREAM_BUCKETS.some(({ from }) => from === floor))).toBe(true);
  });
});
