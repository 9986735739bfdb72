import { Global, Module } from '@nestjs/common';
import type { Pool } from 'pg';
import type { Clock } from '../platform/clock/clock.js';
import type { Logger } from '../platform/logging/logger.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { CLOCK, LOGGER, POOL } from '../platform/platform.module.js';
import { CommitSignal, hasDue } from './commit-signal.js';
import { DefinitionRegistry } from './definition-registry.js';
import { LagWatch, type LagHooks } from './lag-watch.js';
import { OutboxRelay } from './outbox-relay.js';
import { PostgresEventStore } from './postgres-event-store.js';
import { Streams } from './streams.js';
import { SubscriptionRegistry } from './subscription-registry.js';
import { VerificationService } from './verification.service.js';

@Global()
@Module({
  providers: [
    CommitSignal,
    DefinitionRegistry,
    SubscriptionRegistry,
    VerificationService,
    {
      provide: PostgresEventStore,
      useFactory: (pool: Pool) => new PostgresEventStore(pool),
      inject: [POOL],
    },
    {
      provide: Streams,
      useFactory: (store: PostgresEventStore, signal: CommitSignal, clock: Clock, logger: Logger): Streams =>
        new Streams(store, {
          committed: (jobs) => signal.raise({ hasDueJobs: hasDue(jobs, clock.now()) }),
          warn: (message, details) => logger.warn(details, message),
        }),
      inject: [PostgresEventStore, CommitSignal, CLOCK, LOGGER],
    },
    {
      provide: LagWatch,
      useFactory: (pool: Pool, logger: Logger, metrics: Metrics): LagWatch => {
        const warn: LagHooks['warn'] = (message, details) => logger.warn(details, message);
        const watch = new LagWatch(pool, { warn, nowMs: () => performance.now() });
        metrics.add(() => watch.gauges());
        return watch;
      },
      inject: [POOL, LOGGER, Metrics],
    },
    {
      provide: OutboxRelay,
      useFactory: (pool: Pool, clock: Clock) => new OutboxRelay(pool, clock),
      inject: [POOL, CLOCK],
    },
  ],
  exports: [
    CommitSignal,
    DefinitionRegistry,
    LagWatch,
    OutboxRelay,
    PostgresEventStore,
    Streams,
    SubscriptionRegistry,
    VerificationService,
  ],
})
export class EventStoreModule {}
