import { DAY_MS, HOUR_MS, MINUTE_MS, type Duration, type Instant } from '../../kernel/time.js';
import { fillsAt, isStillGood, trackRecordOf, type PastEstimate } from './waitlist.estimate.js';

const NOW = Date.UTC(2026, 10, 21) as Instant;
const hours = (count: number): Instant => (NOW + count * HOUR_MS) as Instant;
const week = (7 * DAY_MS) as Duration;

describe('when a waiting bid is filled', () => {
  // 700 tokens/s in a week are 100 a day.
  it.each<[ahead: bigint, wanted: bigint, came: bigint, days: number | null]>([
    [0n, 100n, 700n, 1],
    [250n, 50n, 700n, 3],
    [0n, 1n, 7n * 24n * 60n, 1 / 24 / 60],
    [0n, 100n, 0n, null],
  ])('%s ahead and %s wanted, %s in the last week: in %s days', (ahead, wanted, came, days) => {
    const at = fillsAt({ quantityAhead: ahead, wanted }, { quantity: came, over: week, fills: 1, lookedAt: 1 }, NOW);
    expect(at).toBe(days === null ? null : NOW + days * DAY_MS);
  });

  it('is told to the millisecond after, never before', () => {
    const supply = { quantity: 3n, over: 10 as Duration, fills: 1, lookedAt: 1 };
    expect(fillsAt({ quantityAhead: 0n, wanted: 1n }, supply, NOW)).toBe(NOW + 4);
  });

  it('is not told where it is beyond the calendar, or where no time was watched', () => {
    const wait = { quantityAhead: 10n ** 18n, wanted: 1n };
    expect(fillsAt(wait, { quantity: 1n, over: week, fills: 1, lookedAt: 1 }, NOW)).toBeNull();
    expect(fillsAt(wait, { quantity: 1n, over: 0 as Duration, fills: 1, lookedAt: 1 }, NOW)).toBeNull();
  });
});

describe('how good past estimates were', () => {
  const past = (said: number, ended: number, isFilled = true): PastEstimate => ({
    fillsAt: hours(said),
    endedAt: hours(ended),
    isFilled,
  });

  it('counts who was filled in time, and how far off', () => {
    const record = trackRecordOf([past(10, 8), past(10, 10), past(10, 15), past(4, 10)]);
    expect(record).toEqual({ judged: 4, inTime: 2, medianError: 2 * HOUR_MS });
  });

  it('holds against an estimate that a bid still waited when it should have been filled', () => {
    expect(trackRecordOf([past(10, 10, false), past(10, 20, false)])).toEqual({
      judged: 2,
      inTime: 0,
      medianError: null,
    });
  });

  it('does not judge by bids that ended before', () => {
    const nothing = { judged: 0, inTime: 0, medianError: null };
    expect(trackRecordOf([past(10, 9, false)])).toEqual(nothing);
    expect(trackRecordOf([])).toEqual(nothing);
  });
});

describe('a rate that was seen a moment ago', () => {
  it.each<[what: string, over: number, age: number, isGood: boolean]>([
    ['within a hundredth of what it was seen over', HOUR_MS, HOUR_MS / 100 - 1, true],
    ['a hundredth later', HOUR_MS, HOUR_MS / 100, false],
    ['within a minute', 7 * DAY_MS, MINUTE_MS - 1, true],
    ['a minute later', 7 * DAY_MS, MINUTE_MS, false],
    ['at the same instant, when more may have come', 7 * DAY_MS, 0, false],
    ['seen over no time at all', 0, 1, false],
    ['by a clock that went back', 7 * DAY_MS, -1, false],
  ])('%s', (_what, over, age, isGood) => {
    expect(isStillGood({ quantity: 1n, over: over as Duration, fills: 1, lookedAt: 1 }, age)).toBe(isGood);
  });

  it.each<[what: string, counts: { fills: number; lookedAt: number }, age: number, isGood: boolean]>([
    ['a millisecond for each fill', { fills: 5_000, lookedAt: 5_000 }, 4_999, true],
    ['and then no more', { fills: 5_000, lookedAt: 5_000 }, 5_000, false],
    ['those of bids that had not waited as well', { fills: 1, lookedAt: 5_000 }, 4_999, true],
    ['where a hundredth is longer, for that', { fills: 100, lookedAt: 100 }, 599, true],
    ['a minute at most', { fills: 1_000_000, lookedAt: 1_000_000 }, MINUTE_MS, false],
    ['never at the same instant', { fills: 5_000, lookedAt: 5_000 }, 0, false],
    ['not at all where nothing came', { fills: 0, lookedAt: 5_000 }, 1, false],
  ])('of many fills in a minute: %s', (_what, counts, age, isGood) => {
    const supply = { quantity: 1n, over: MINUTE_MS as Duration, ...counts };
    expect(isStillGood(supply, age)).toBe(isGood);
  });
});
