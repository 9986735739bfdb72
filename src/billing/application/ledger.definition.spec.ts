import { hour, hours } from '../../../test/support/market.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, plus, type Duration } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import { nextSettlement } from './ledger.definition.js';

const QUARTER = (15 * MINUTE_MS) as Duration;
const quarters = (from: number, to: number): Window => ({
  start: plus(hour(0), from * QUARTER),
  end: plus(hour(0), to * QUARTER),
});

describe('delivery is looked at next', () => {
  it.each([
    // window              settled through   grid       next
    ['an hour in', hours(24, 28), hour(24), HOUR_MS, hour(25)],
    ['an hour later', hours(24, 28), hour(25), HOUR_MS, hour(26)],
    ['at its end', hours(24, 28), hour(27), HOUR_MS, hour(28)],
    ['by hours up to two days', hours(24, 72), hour(24), HOUR_MS, hour(25)],
    ['by days beyond', hours(20, 69), hour(20), HOUR_MS, hour(24)],
    ['a day later', hours(20, 69), hour(24), HOUR_MS, hour(48)],
    ['at its end, which is no day’s', hours(20, 69), hour(48), HOUR_MS, hour(69)],
    ['by days where the pool sells days', hours(0, 48), hour(0), DAY_MS, hour(24)],
    ['by hours where the pool sells quarters', quarters(1, 20), plus(hour(0), QUARTER), QUARTER, hour(1)],
    ['at the end of less than an hour', quarters(1, 3), plus(hour(0), QUARTER), QUARTER, plus(hour(0), 3 * QUARTER)],
  ])('%s', (_what, window, settledThrough, ...[grid, next]) => {
    expect(nextSettlement(window, settledThrough, grid)).toBe(next);
  });
});
