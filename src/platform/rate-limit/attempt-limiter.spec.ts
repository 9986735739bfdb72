import { MemoryAttemptLimiter } from './attempt-limiter.js';

describe('attempt limiter', () => {
  it('turns away after the limit, tells how long, and opens again', async () => {
    let now = 1_000;
    const limiter = new MemoryAttemptLimiter({ attemptsMax: 2, windowMs: 10_000 }, () => now);
    expect([await limiter.attempt('a'), await limiter.attempt('a')]).toEqual([null, null]);
    now += 3_500;
    expect(await limiter.attempt('a')).toBe(7);
    expect(await limiter.attempt('b')).toBeNull();
    now += 6_500;
    expect(await limiter.attempt('a')).toBeNull();
  });

  it('forgives once the attempt was right', async () => {
    const limiter = new MemoryAttemptLimiter({ attemptsMax: 1, windowMs: 10_000 }, () => 0);
    await limiter.attempt('a');
    await limiter.forgive('a');
    expect(await limiter.attempt('a')).toBeNull();
  });
});
