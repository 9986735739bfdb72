import type { Pool } from 'pg';
import { DefinitionRegistry } from '../../src/eventstore/definition-registry.js';
import { PostgresEventStore } from '../../src/eventstore/postgres-event-store.js';
import { SubscriptionRegistry } from '../../src/eventstore/subscription-registry.js';
import { verifyEverything, type Verified } from '../../src/eventstore/verify.js';
import { POOL } from '../../src/platform/platform.module.js';
import type { TestApp } from './app.js';

/** What `npm run verify` does, on a running test app. */
export function verifyApp({ application }: TestApp): Promise<Verified> {
  return verifyEverything({
    pool: application.get<Pool>(POOL),
    store: application.get(PostgresEventStore),
    definitions: application.get(DefinitionRegistry),
    subscriptions: application.get(SubscriptionRegistry),
  });
}
