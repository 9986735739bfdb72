import { COLD_AFTER_MS, LaneWarmth } from './lane-warmth.js';

it('an endpoint is cold until it has answered, and again after five minutes without an answer', () => {
  let now = 0;
  const warmth = new LaneWarmth(() => now);
  expect(warmth.isCold('a')).toBe(true);
  warmth.answered('a');
  expect([warmth.isCold('a'), warmth.isCold('b')]).toEqual([false, true]);
  now = COLD_AFTER_MS - 1;
  expect(warmth.isCold('a')).toBe(false);
  now = COLD_AFTER_MS;
  expect(warmth.isCold('a')).toBe(true);
});
