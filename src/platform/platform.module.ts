import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { Pool } from 'pg';
import { SimulatedClock, systemClock, type Clock } from './clock/clock.js';
import type { Settings } from './config/settings.js';
import { createPool } from './database/pool.js';
import { Database } from './database/prisma.js';
import { createLogger, type Logger } from './logging/logger.js';
import { Metrics } from './metrics/metrics.js';
import type { Live } from './pubsub/live-limits.js';
import { MemoryPubSub } from './pubsub/memory-pubsub.js';
import { PubSub } from './pubsub/pubsub.js';
import { RedisPubSub } from './pubsub/redis-pubsub.js';
import { JobDesk } from './queue/job-desk.js';
import { JobQueues, type QueueBackend } from './queue/job-queues.js';
import { JobRegistry } from './queue/job-registry.js';
import { AttemptLimiters } from './rate-limit/attempt-limiters.js';
import { SecretBox } from './secrets/secret-box.js';

/** What is known before the modules are made: settings, and the database that is running. */
export interface Environment {
  readonly settings: Settings;
  readonly databaseUrl: string;
  readonly secretKey: string;
  readonly live: Live;
}

/** Injection tokens for what has no class of its own. */
export const ENVIRONMENT = Symbol('Environment');
export const SETTINGS = Symbol('Settings');
export const LOGGER = Symbol('Logger');
export const POOL = Symbol('Pool');
export const CLOCK = Symbol('Clock');
export const LIVE_SETTINGS = Symbol('LiveSettings');
/** Real time, also where the product's is simulated: for credentials, which people hold. */
export const WALL_CLOCK = Symbol('WallClock');

@Global()
@Module({})
export class PlatformModule {
  static forEnvironment(environment: Environment): DynamicModule {
    const { settings, databaseUrl, secretKey, live } = environment;
    return {
      module: PlatformModule,
      providers: [
        { provide: ENVIRONMENT, useValue: environment },
        { provide: SETTINGS, useValue: settings },
        { provide: LOGGER, useFactory: (): Logger => createLogger(settings.LOG_LEVEL) },
        {
          provide: POOL,
          useFactory: (logger: Logger): Pool =>
            createPool(databaseUrl, logger, { max: settings.DATABASE_CONNECTIONS, silenceMs: settings.WORKER_SILENCE_MS }),
          inject: [LOGGER],
        },
        { provide: Database, useFactory: (pool: Pool) => new Database(pool), inject: [POOL] },
        {
          provide: CLOCK,
          useFactory: async (pool: Pool): Promise<Clock> => {
            if (!settings.isClockSimulated) return systemClock;
            const clock = new SimulatedClock(pool);
            await clock.refresh();
            return clock;
          },
          inject: [POOL],
        },
        { provide: WALL_CLOCK, useValue: systemClock },
        { provide: LIVE_SETTINGS, useValue: live },
        {
          provide: PubSub,
          useFactory: (logger: Logger): PubSub => createPubSub(settings, logger),
          inject: [LOGGER],
        },
        {
          provide: AttemptLimiters,
          useFactory: (logger: Logger) => new AttemptLimiters(settings, logger),
          inject: [LOGGER],
        },
        {
          provide: JobQueues,
          useFactory: (logger: Logger): JobQueues =>
            new JobQueues(backendOf(environment), logger, settings.WORKER_SILENCE_MS),
          inject: [LOGGER],
        },
        {
          provide: JobDesk,
          useFactory: (queues: JobQueues, metrics: Metrics): JobDesk => {
            const desk = new JobDesk(queues);
            metrics.add(() => desk.gauges());
            return desk;
          },
          inject: [JobQueues, Metrics],
        },
        { provide: SecretBox, useFactory: () => new SecretBox(secretKey) },
        JobRegistry,
        Metrics,
      ],
      exports: [
        ...[ENVIRONMENT, SETTINGS, LOGGER, POOL, CLOCK, WALL_CLOCK, LIVE_SETTINGS],
        ...[AttemptLimiters, Database, SecretBox, JobDesk, JobQueues, JobRegistry, Metrics, PubSub],
      ],
    };
  }
}

function createPubSub({ REDIS_URL: redisUrl }: Settings, logger: Logger): PubSub {
  return redisUrl === undefined ? new MemoryPubSub() : new RedisPubSub(redisUrl, logger);
}

function backendOf({ settings, databaseUrl }: Environment): QueueBackend {
  const { REDIS_URL: redisUrl } = settings;
  return redisUrl === undefined ? { kind: 'postgres', databaseUrl } : { kind: 'redis', redisUrl };
}
