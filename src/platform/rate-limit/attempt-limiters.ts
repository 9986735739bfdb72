import type { OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import type { Settings } from '../config/settings.js';
import type { Logger } from '../logging/logger.js';
import { MemoryAttemptLimiter, type AttemptLimiter, type AttemptLimits } from './attempt-limiter.js';
import { RedisAttemptLimiter } from './redis-attempt-limiter.js';

/** Makes limiters: over Redis where there is one, so that all processes count together. */
export class AttemptLimiters implements OnApplicationShutdown {
  private redis: Redis | null = null;

  constructor(
    private readonly settings: Settings,
    private readonly logger: Logger,
  ) {}

  open(name: string, limits: AttemptLimits): AttemptLimiter {
    const { REDIS_URL: redisUrl } = this.settings;
    if (redisUrl === undefined) return new MemoryAttemptLimiter(limits);
    this.redis ??= this.connect(redisUrl);
    return new RedisAttemptLimiter(this.redis, this.logger, { name, ...limits });
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }

  /** Who asks does not wait for a Redis that is away. */
  private connect(redisUrl: string): Redis {
    const options = { lazyConnect: true, maxRetriesPerRequest: 1, commandTimeout: 500 };
    const redis = new Redis(redisUrl, { ...options, disconnectTimeout: 100 });
    redis.on('error', (error) => this.logger.debug({ err: error }, 'attempts lost Redis'));
    return redis;
  }
}
