import pg from 'pg';
import { streamId } from '../../src/eventstore/event.js';
import { PostgresEventStore } from '../../src/eventstore/postgres-event-store.js';
import { toSubscription, type AnyProjection } from '../../src/eventstore/projection.js';
import { stepSubscription } from '../../src/eventstore/subscription.js';
import { verifyProjection } from '../../src/eventstore/verify-projection.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { appendHappened, untilReadable } from '../support/happened.js';
import { untilHolds } from '../support/until.js';

const GATE = 4_711;
const STREAM = streamId('spec', 'one');

/** A row for each event; a session that has tables of its own waits at the gate to write one. */
const TABLE = `
  CREATE FUNCTION passes_gate() RETURNS boolean LANGUAGE plpgsql AS $$
  BEGIN
    IF pg_my_temp_schema() <> 0 THEN
      PERFORM pg_advisory_lock_shared(${GATE});
      PERFORM pg_advisory_unlock_shared(${GATE});
    END IF;
    RETURN true;
  END $$;
  CREATE TABLE gated (id int PRIMARY KEY, note text NOT NULL, CHECK (passes_gate()))`;

const PROJECTION: AnyProjection = {
  ...{ name: 'gated', category: 'spec', tables: [{ name: 'gated', key: ['id'] }] },
  changesOf: ({ version }) => [{ kind: 'put', table: 'gated', row: { id: version, note: `event ${version}` } }],
};

/** Transactions that hold up readers of the log. */
const WRITERS = `SELECT count(*)::int AS open FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND datname = current_database()`;

let database: TestDatabase;
let pool: pg.Pool;
let gate: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 6 });
  await pool.query(TABLE);
  gate = new pg.Client({ connectionString: database.url });
  await gate.connect();
});
afterAll(async () => {
  await gate.end();
  await pool.end();
  await database.drop();
});

/** Appends events, and has them read and written down. */
async function happen(count: number): Promise<void> {
  const store = new PostgresEventStore(pool);
  await appendHappened(store, STREAM, count);
  await untilReadable(store, (await store.readHead(STREAM)).version);
  while ((await stepSubscription(pool, toSubscription(PROJECTION))).isBehind);
}

describe('a projection that is verified', () => {
  it('goes on meanwhile, as do all readers of the log, and what came in between is compared too', async () => {
    await happen(3);
    await gate.query('SELECT pg_advisory_lock($1)', [GATE]);
    const verified = verifyProjection(pool, PROJECTION);
    await untilHolds(pool, `SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS holds`);
    try {
      expect((await pool.query(WRITERS)).rows).toEqual([{ open: 0 }]);
      await happen(2_500);
      expect((await pool.query('SELECT count(*)::int AS rows FROM gated')).rows).toEqual([{ rows: 2_503 }]);
    } finally {
      await gate.query('SELECT pg_advisory_unlock($1)', [GATE]);
    }
    await verified;
  });

  it.each([
    ['changed', `UPDATE gated SET note = 'event 8' WHERE id = 7`, `UPDATE gated SET note = 'event 7' WHERE id = 7`, /gated differs from its rebuild at id 7$/],
    ['gone', 'DELETE FROM gated WHERE id = 1', `INSERT INTO gated VALUES (1, 'event 1')`, /gated differs from its rebuild at id 1$/],
    ['made up', `INSERT INTO gated VALUES (9000, 'event 9000')`, 'DELETE FROM gated WHERE id = 9000', /gated differs from its rebuild at id 9000$/],
  ])('is found out where a row was %s', async (_what, change, undo, lie) => {
    await pool.query(change);
    await expect(verifyProjection(pool, PROJECTION)).rejects.toThrow(lie);
    await pool.query(undo);
    await verifyProjection(pool, PROJECTION);
  });

  it('may take longer than a process may be silent in a transaction', async () => {
    const strict = new pg.Pool({ connectionString: database.url, max: 2, idle_in_transaction_session_timeout: 1 });
    await verifyProjection(strict, PROJECTION);
    await strict.end();
  });

  it('leaves no table behind on a connection that others get', async () => {
    await verifyProjection(pool, PROJECTION);
    expect((await pool.query('SELECT pg_my_temp_schema()::int AS own')).rows).toEqual([{ own: 0 }]);
  });
});
