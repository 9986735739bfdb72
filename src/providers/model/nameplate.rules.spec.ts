import { hour, hours } from '../../../test/support/market.js';
import { draftOf, NOW } from '../../../test/support/pool-draft.js';
import { QUANTITY_MAX } from '../../kernel/quantity.js';
import { add, fromSegments, rectangle, ZERO, type StepFunction } from '../../kernel/step-function.js';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Duration, type Instant } from '../../kernel/time.js';
import type { PoolDraft } from './pool.js';
import { checkCapacity, checkPool, GRIDS } from './pool.rules.js';

const POLICY = { isLoopbackAllowed: false };
const ms = (value: number): Duration => value as Duration;

/** `field reason` of everything that is wrong. */
const wrong = (changes: Partial<PoolDraft>): string[] =>
  checkPool(draftOf(changes), NOW, POLICY).map(({ field, reason }) => `${field} ${reason}`);

describe('a nameplate', () => {
  const quarter = ms(15 * MINUTE_MS);
  const at = (start: number, end: number, value = 1n): StepFunction =>
    rectangle({ start: start as Instant, end: end as Instant }, value);

  it.each([
    // what                       grid     capacity                                        issue
    ['the running hour', HOUR_MS, at(hour(0), hour(1)), null],
    ['the hour before', HOUR_MS, at(hour(-1), hour(1)), 'starts in the past'],
    ['the running quarter', quarter, at(NOW, NOW + quarter), null],
    ['the quarter before', quarter, at(NOW - quarter, NOW), 'starts in the past'],
    ['the running day', DAY_MS, at(hour(0), hour(24)), null],
    ['the day before', DAY_MS, at(hour(-24), hour(24)), 'starts in the past'],
    ['quarters on hours', HOUR_MS, at(hour(1), hour(1) + quarter), 'does not start and end on the grid'],
    ['hours on quarters', quarter, at(hour(1), hour(2)), null],
    ['hours on days', DAY_MS, at(hour(1), hour(24)), 'does not start and end on the grid'],
    ['a millisecond off', HOUR_MS, at(hour(1) + 1, hour(2)), 'does not start and end on the grid'],
    ['nothing', HOUR_MS, ZERO, 'is empty'],
    ['all that can be traded', HOUR_MS, at(hour(1), hour(2), QUANTITY_MAX), null],
    ['one token more', HOUR_MS, at(hour(1), hour(2), QUANTITY_MAX + 1n), 'adds up to more than can be traded'],
    ['below zero', HOUR_MS, at(hour(1), hour(2), -1n), 'takes capacity away'],
    ['too much where two meet', HOUR_MS, add(at(hour(1), hour(3), QUANTITY_MAX), at(hour(2), hour(4))), 'adds up to more than can be traded'],
  ])('of %s', (_what, grid, nameplate, reason) => {
    expect(wrong({ grid, nameplate })).toEqual(reason === null ? [] : [`nameplate ${reason}`]);
  });

  it('is told what would be accepted', () => {
    const past = checkPool(draftOf({ nameplate: at(hour(-1), hour(1) + 1) }), NOW, POLICY);
    expect(past.map(({ accepted }) => accepted)).toEqual([
      'instants at whole multiples of 60 minutes, UTC',
      'from 2026-12-01T00:00:00.000Z on',
    ]);
  });

  it('is cut by one of three grids', () => {
    expect(GRIDS).toEqual([quarter, HOUR_MS, DAY_MS]);
    const issue = 'grid is none that pools have';
    expect(wrong({ grid: ms(2 * HOUR_MS), nameplate: at(hour(2), hour(4)) })).toEqual([issue]);
  });

  it('has its stretches counted as they come out, not as they went in', () => {
    const merged = fromSegments([
      { window: hours(0, 1), value: 1n },
      { window: hours(1, 2), value: 1n },
    ]);
    expect(checkCapacity('nameplate', merged)).toEqual([]);
    expect(merged).toEqual(rectangle(hours(0, 2), 1n));
  });
});
