import type { Redis } from 'ioredis';
import type { Logger } from '../logging/logger.js';
import { AttemptLimiter, MemoryAttemptLimiter, type AttemptLimits } from './attempt-limiter.js';

/** Counts, and lets the count end with its window; answers with the count and what is left in ms. */
const COUNT = `
  local attempts = redis.call('INCR', KEYS[1])
  if attempts == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return { attempts, redis.call('PTTL', KEYS[1]) }`;

/** Counts that all processes share. While Redis is away each process counts for itself. */
export class RedisAttemptLimiter extends AttemptLimiter {
  private readonly alone: MemoryAttemptLimiter;

  constructor(
    private readonly redis: Redis,
    private readonly logger: Logger,
    private readonly given: AttemptLimits & { readonly name: string },
  ) {
    super();
    this.alone = new MemoryAttemptLimiter(given);
  }

  async attempt(who: string): Promise<number | null> {
    const { attemptsMax, windowMs } = this.given;
    const counted = await this.redis
      .eval(COUNT, 1, this.keyOf(who), windowMs)
      .then((reply) => reply as readonly [attempts: number, leftMs: number])
      .catch((error: unknown) => this.missing(error));
    if (counted === null) return this.alone.attempt(who);
    const [attempts, leftMs] = counted;
    return attempts > attemptsMax ? Math.max(1, Math.ceil(leftMs / 1_000)) : null;
  }

  async forgive(who: string): Promise<void> {
    await this.alone.forgive(who);
    await this.redis.del(this.keyOf(who)).catch((error: unknown) => this.missing(error));
  }

  private keyOf(who: string): string {
    return `headroom:attempts:${this.given.name}:${who}`;
  }

  private missing(error: unknown): null {
    this.logger.debug({ err: error, limiter: this.given.name }, 'attempts are counted without Redis');
    return null;
  }
}
