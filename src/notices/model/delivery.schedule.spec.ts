import { HOUR_MS, MINUTE_MS, type Instant } from '../../kernel/time.js';
import { DISABLED_AFTER, isDead, nextAttemptAfter, nextMailAfter } from './delivery.schedule.js';

const NOW = 1_000_000_000 as Instant;

it('doubles its pauses for almost three days', () => {
  const pauses = Array.from({ length: 14 }, (_, index) => nextAttemptAfter(index + 1, NOW)).map((at) => at === null ? null : (at - NOW) / MINUTE_MS);
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, null, null]);
  expect(DISABLED_AFTER).toBe(68 * HOUR_MS + 15 * MINUTE_MS);
});

it('calls an endpoint dead when nothing arrived for as long as that', () => {
  expect(isDead((NOW - DISABLED_AFTER) as Instant, NOW)).toBe(true);
  expect(isDead((NOW - DISABLED_AFTER + 1) as Instant, NOW)).toBe(false);
});

it('tries a message eight times', () => {
  expect(nextMailAfter(7, NOW)).toBe(NOW + 64 * MINUTE_MS);
  expect(nextMailAfter(8, NOW)).toBeNull();
});
