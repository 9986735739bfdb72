import { randomUUID } from 'node:crypto';
import { readSettings } from '../../src/platform/config/settings.js';
import { createLogger } from '../../src/platform/logging/logger.js';
import type { AttemptLimiter } from '../../src/platform/rate-limit/attempt-limiter.js';
import { AttemptLimiters } from '../../src/platform/rate-limit/attempt-limiters.js';

const { TEST_REDIS_URL: redisUrl } = process.env;
const LIMITS = { attemptsMax: 3, windowMs: 60_000 };
const opened: AttemptLimiters[] = [];

/** Limiters of one process, or of two that share a Redis; their counts are this test's own. */
function open(count: number, url?: string): readonly AttemptLimiter[] {
  const settings = readSettings(url === undefined ? {} : { REDIS_URL: url });
  const name = randomUUID();
  return Array.from({ length: count }, () => {
    const limiters = new AttemptLimiters(settings, createLogger('silent'));
    opened.push(limiters);
    return limiters.open(name, LIMITS);
  });
}

afterAll(() => {
  for (const limiters of opened) limiters.onApplicationShutdown();
});

const ways: readonly (readonly [string, () => readonly AttemptLimiter[]])[] = [
  ['in one process', () => open(1)],
  ['without the Redis it should have', () => open(1, 'redis://127.0.0.1:1')],
  ...(redisUrl === undefined ? [] : [['of two processes on one Redis', () => open(2, redisUrl)] as const]),
];

describe.each(ways)('attempts, %s', (_way, make) => {
  it('are turned away above the limit with the seconds to wait, each asker by itself', async () => {
    const limiters = make();
    const attempt = (index: number, who: string): Promise<number | null> =>
      limiters[index % limiters.length]!.attempt(who);
    for (let index = 0; index < 3; index += 1) expect(await attempt(index, 'a')).toBeNull();
    const wait = await attempt(3, 'a');
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect(await attempt(4, 'b')).toBeNull();
  });

  it('are forgotten once one was right', async () => {
    const [limiter] = make();
    for (let index = 0; index < 3; index += 1) await limiter!.attempt('a');
    await limiter!.forgive('a');
    expect(await limiter!.attempt('a')).toBeNull();
  });
});
