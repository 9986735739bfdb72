import { Global, Module } from '@nestjs/common';
import type { Pool } from 'pg';
import type { Clock } from '../platform/clock/clock.js';
import type { Logger } from '../platform/logging/logger.js';
import { CLOCK, LOGGER, POOL } from '../platform/platform.module.js';
import { CommitSignal } from './commit-signal.js';
import { DefinitionRegistry } from './definition-registry.js';
import { OutboxRelay } from './outbox-relay.js';
import { PostgresEventStore } from './postgres-event-store.js';
import { Streams } from './streams.js';
import { SubscriptionRegistry } from './subscription-registry.js';

@Global()
@Module({
  providers: [
    CommitSignal,
    DefinitionRegistry,
    SubscriptionRegistry,
    {
      provide: PostgresEventStore,
      useFactory: (pool: Pool) => new PostgresEventStore(pool),
      inject: [POOL],
    },
    {
      provide: Streams,
      useFactory: (store: PostgresEventStore, signal: CommitSignal, logger: Logger): Streams =>
        new Streams(store, {
          committed: () => signal.raise(),
          warn: (message, details) => logger.warn(details, message),
        }),
      inject: [PostgresEventStore, CommitSignal, LOGGER],
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
    OutboxRelay,
    PostgresEventStore,
    Streams,
    SubscriptionRegistry,
  ],
})
export class EventStoreModule {}
