import { DAY_MS, HOUR_MS } from '../../kernel/time.js';
import { isLastLook, pauseBefore } from './stripe-call.js';

/** From when a call was made to its last look. */
function lifeOf(isOnItsWay: boolean): number {
  let [life, look] = [0, 1];
  for (; !isLastLook(look, isOnItsWay); look += 1) life += pauseBefore(look);
  return life + pauseBefore(look);
}

describe('a call without an end', () => {
  it('is looked at twice as long after each look, and once a day in the end', () => {
    expect([1, 2, 8, 12, 13, 33].map(pauseBefore)).toEqual([30_000, 60_000, 3_840_000, 61_440_000, DAY_MS, DAY_MS]);
  });

  it('is for people after two hours, and where a bank has it after three weeks', () => {
    expect(lifeOf(false) / HOUR_MS).toBeCloseTo(2.1, 1);
    expect(lifeOf(true) / DAY_MS).toBeCloseTo(22.4, 1);
  });
});
