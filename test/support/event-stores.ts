import pg from 'pg';
import type { EventStore } from '../../src/eventstore/event-store.js';
import { MemoryEventStore } from '../../src/eventstore/memory-event-store.js';
import { PostgresEventStore } from '../../src/eventstore/postgres-event-store.js';
import { createTestDatabase, type TestDatabase } from './database.js';

/** A store to hold to the contract. */
export interface StoreHarness {
  readonly store: EventStore;
  close(): Promise<void>;
}

async function postgresHarness(): Promise<StoreHarness> {
  const database: TestDatabase = await createTestDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 8 });
  return {
    store: new PostgresEventStore(pool),
    close: async () => {
      await pool.end();
      await database.drop();
    },
  };
}

/** Both stores: the one in memory is what the other is compared with. */
export const EVENT_STORES: readonly (readonly [string, () => Promise<StoreHarness>])[] = [
  ['memory', async () => ({ store: new MemoryEventStore(), close: async () => undefined })],
  ['postgres', postgresHarness],
];
