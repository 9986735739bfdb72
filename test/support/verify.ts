import type { Pool } from 'pg';
import { DefinitionRegistry } from '../../src/eventstore/definition-registry.js';
import type { LogAudit } from '../../src/eventstore/log-audit.js';
import { PostgresEventStore } from '../../src/eventstore/postgres-event-store.js';
import { SubscriptionRegistry } from '../../src/eventstore/subscription-registry.js';
import { verifyEverything, type Verified } from '../../src/eventstore/verify.js';
import { POOL } from '../../src/platform/platform.module.js';
import type { TestApp } from './app.js';

/** What `npm run verify` does, on a running test app; without the audits of what the test did by hand. */
export function verifyApp({ application }: TestApp, without: readonly LogAudit[] = []): Promise<Verified> {
  const definitions = application.get(DefinitionRegistry);
  const audits = definitions.audits.filter((audit) => !without.includes(audit));
  return verifyEverything({
    pool: application.get<Pool>(POOL),
    store: application.get(PostgresEventStore),
    definitions: Object.create(definitions, { audits: { value: audits } }) as DefinitionRegistry,
    subscriptions: application.get(SubscriptionRegistry),
  });
}
