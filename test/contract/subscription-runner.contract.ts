import pg from 'pg';
import { streamId, type RecordedEvent } from '../../src/eventstore/event.js';
import { PostgresEventStore } from '../../src/eventstore/postgres-event-store.js';
import type { CommandSubscription } from '../../src/eventstore/subscription.js';
import { SubscriptionRunner } from '../../src/eventstore/subscription-runner.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { appendHappened, untilReadable } from '../support/happened.js';
import { giveWay } from '../support/until.js';

const STREAM = streamId('spec', 'one');

let database: TestDatabase;
let pool: pg.Pool;
let store: PostgresEventStore;
let runner: SubscriptionRunner;
const warnings: unknown[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  // What is kept of the log belongs to a pool.
  pool = new pg.Pool({ connectionString: database.url, max: 10 });
  store = new PostgresEventStore(pool);
  await pool.query('TRUNCATE eventstore.events, eventstore.streams, eventstore.checkpoints');
  runner = new SubscriptionRunner(pool, { warn: (...warning) => void warnings.push(warning) });
});
afterEach(async () => {
  await runner.stop();
  await pool.end();
});
afterAll(() => database.drop());

async function append(count: number): Promise<void> {
  await appendHappened(store, STREAM, count);
  await untilReadable(store, (await store.readHead(STREAM)).version);
}

function reader(): CommandSubscription & { readonly pages: number[]; readonly versions: number[]; read(count: number): Promise<void> } {
  const pages: number[] = [];
  const versions: number[] = [];
  const handle = async (events: readonly RecordedEvent[]): Promise<boolean> => {
    pages.push(events.length);
    versions.push(...events.map(({ version }) => version));
    return true;
  };
  const read = async (count: number): Promise<void> => {
    while (versions.length < count) await giveWay();
  };
  return { name: 'pages', kind: 'commands', pages, versions, handle, read };
}

describe('a reader of the log', () => {
  it('has a place in it, as all of its process have, before the first of them handles anything', async () => {
    await append(1);
    const places: number[] = [];
    const handle = async (): Promise<boolean> => {
      const { rows } = await pool.query<{ places: number }>('SELECT count(*)::int AS places FROM eventstore.checkpoints');
      places.push(rows[0]?.places ?? 0);
      return true;
    };
    const names = Array.from({ length: 12 }, (_, index) => `reader ${index}`);
    runner.start(names.map((name) => ({ name, kind: 'commands', handle }) as const));
    while (places.length < names.length) await giveWay();
    expect(places).toEqual(names.map(() => names.length));
  });

  it('takes more at once for as long as it is behind, and each event once and in order', async () => {
    await append(5_000);
    const subscription = reader();
    runner.start([subscription]);
    await subscription.read(5_000);
    expect(subscription.pages).toEqual([500, 1_000, 2_000, 1_500]);
    await append(700);
    runner.wake();
    await subscription.read(5_700);
    expect(subscription.pages.slice(4)).toEqual([500, 200]);
    expect(subscription.versions).toEqual(Array.from({ length: 5_700 }, (_, index) => index + 1));
    expect(warnings).toEqual([]);
  });
});
