import { unless, type Issue } from '../../kernel/issue.js';
import {
  ceilToGrid,
  DAY_MS,
  floorToGrid,
  HOUR_MS,
  MINUTE_MS,
  type Duration,
  type Instant,
} from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';

/** Lengths that candles and calendars come in. Counted from the epoch, UTC. */
export const INTERVALS = { MINUTE: MINUTE_MS, HOUR: HOUR_MS, DAY: DAY_MS } as const;
export type IntervalName = keyof typeof INTERVALS;

/** From `from` on, up to but not at `to`. */
export interface Period {
  readonly from: Instant;
  readonly to: Instant;
}

/** Intervals are counted from here, and no market is older. */
const EPOCH = 0;
/** The whole interval that it is in can still be written with a year of four digits. */
const LATEST = Date.UTC(9999, 11, 31);

/** What a period must be before anything looks into it: in order, after 1970, and not too long. */
export function checkPeriod(period: Period, limit: PeriodLimit): readonly Issue[] {
  const { from, to } = period;
  return [
    ...unless(from >= EPOCH, TOO_EARLY),
    ...unless(to <= LATEST, TOO_LATE),
    ...(from < to ? checkLength(period, limit) : [NOT_AFTER]),
  ];
}

const TOO_EARLY: Issue = {
  field: 'from',
  reason: 'is before 1970',
  accepted: '1970-01-01T00:00:00Z or later',
};
const TOO_LATE: Issue = {
  field: 'to',
  reason: 'is in the last day of the calendar',
  accepted: '9999-12-31T00:00:00Z or earlier',
};
const NOT_AFTER: Issue = {
  field: 'to',
  reason: 'is not after from',
  accepted: 'an instant after from',
};

function checkLength(period: Period, { most, of }: PeriodLimit): readonly Issue[] {
  const { start, end } = wholeIntervals(period, INTERVALS[of]);
  const accepted = `a period that touches at most ${most} intervals of one ${of.toLowerCase()}`;
  const issue = { field: 'to', reason: 'is too long after from', accepted };
  return unless(end - start <= most * INTERVALS[of], issue);
}

/** How long a period may be, in whole intervals that it touches. */
export interface PeriodLimit {
  readonly most: number;
  readonly of: IntervalName;
}

/** The whole intervals that a period touches. */
export function wholeIntervals({ from, to }: Period, interval: Duration): Window {
  return { start: floorToGrid(from, interval), end: ceilToGrid(to, interval) };
}
