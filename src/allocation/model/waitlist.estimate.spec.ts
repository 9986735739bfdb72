import { DAY_MS, HOUR_MS, MINUTE_MS, type Duration, type Instant } from '../../kernel/time.js';
import { fillsAt, restAfter, suppliedOf, trackRecordOf, type PastEstimate, type SupplyRate } from './waitlist.estimate.js';

const NOW = Date.UTC(2026, 10, 21) as Instant;
const hours = (count: number): Instant => (NOW + count * HOUR_MS) as Instant;
const week = (7 * DAY_MS) as Duration;
/** So many tokens/s throughout a window of four hours. */
const came = (quantity: bigint, over = week): SupplyRate => ({
  ...{ tokenMs: quantity * BigInt(4 * HOUR_MS), throughout: (4 * HOUR_MS) as Duration },
  ...{ over, lookedAt: 1 },
});

describe('when a waiting bid is filled', () => {
  // 700 tokens/s in a week are 100 a day.
  it.each<[ahead: bigint, wanted: bigint, quantity: bigint, days: number | null]>([
    [0n, 100n, 700n, 1],
    [250n, 50n, 700n, 3],
    [0n, 1n, 7n * 24n * 60n, 1 / 24 / 60],
    [0n, 100n, 0n, null],
  ])('%s ahead and %s wanted, %s in the last week: in %s days', (ahead, wanted, quantity, days) => {
    const at = fillsAt({ quantityAhead: ahead, wanted }, came(quantity), NOW);
    expect(at).toBe(days === null ? null : NOW + days * DAY_MS);
  });

  it('is told to the millisecond after, never before', () => {
    expect(fillsAt({ quantityAhead: 0n, wanted: 1n }, came(3n, 10 as Duration), NOW)).toBe(NOW + 4);
  });

  it('is not told where it is beyond the calendar, or where no time was watched', () => {
    const wait = { quantityAhead: 10n ** 18n, wanted: 1n };
    expect(fillsAt(wait, came(1n), NOW)).toBeNull();
    expect(fillsAt(wait, came(1n, 0 as Duration), NOW)).toBeNull();
  });

  it('takes what came for a part of the window for that part', () => {
    // 40 tokens/s for one hour of the four are 10 on average: as much is wanted, and takes as long again.
    const supply = { ...came(0n, HOUR_MS), tokenMs: 40n * BigInt(HOUR_MS) };
    expect(suppliedOf(supply)).toBe(10n);
    expect(fillsAt({ quantityAhead: 0n, wanted: 10n }, supply, NOW)).toBe(hours(1));
  });

  it('is told from less than a token/s as well, which is shown as none', () => {
    const supply = { ...came(0n, HOUR_MS), tokenMs: BigInt(2 * HOUR_MS) };
    expect(suppliedOf(supply)).toBe(0n);
    expect(fillsAt({ quantityAhead: 0n, wanted: 1n }, supply, NOW)).toBe(hours(2));
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

describe('how long nothing is noted after a look', () => {
  it.each<[lookedAt: number, rest: number]>([
    [0, 0],
    [100, 0],
    [101, 101],
    [5_000, 5_000],
    [1_000_000, MINUTE_MS],
  ])('at %s fills: %s ms', (lookedAt, rest) => {
    expect(restAfter(lookedAt)).toBe(rest);
  });
});
