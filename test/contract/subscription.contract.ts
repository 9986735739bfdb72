import pg from 'pg';
import { chain, GENESIS_HASH } from '../../src/eventstore/hash-chain.js';
import { LOG_START, streamId, type RecordedEvent } from '../../src/eventstore/event.js';
import { appendOn, PostgresEventStore } from '../../src/eventstore/postgres-event-store.js';
import { readCheckpoint } from '../../src/eventstore/checkpoint.js';
import {
  stepSubscription,
  type CommandSubscription,
  type RowSubscription,
  type StatementSubscription,
  type Subscription,
} from '../../src/eventstore/subscription.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { appendHappened, HAPPENED, untilReadable } from '../support/happened.js';

let database: TestDatabase;
let pool: pg.Pool;
let store: PostgresEventStore;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 10 });
  store = new PostgresEventStore(pool);
  await pool.query('CREATE TABLE seen (stream text, version int, PRIMARY KEY (stream, version))');
});
beforeEach(async () => {
  await pool.query('TRUNCATE seen, eventstore.events, eventstore.streams, eventstore.checkpoints');
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const append = (id: string, count = 1) => appendHappened(store, streamId('spec', id), count);

/** An event row written by a transaction that is still open: position taken, commit to come. */
async function appendSlowly(id: string): Promise<{ commit(): Promise<void> }> {
  const client = await pool.connect();
  await client.query('BEGIN');
  const stream = streamId('spec', id);
  const [only] = chain(stream, { version: 0, hash: GENESIS_HASH }, [HAPPENED]);
  await client.query(
    `INSERT INTO eventstore.streams VALUES ($1, 1, $2, pg_current_xact_id())`,
    [stream, only!.hash],
  );
  await client.query(
    `INSERT INTO eventstore.events
       (stream_id, version, type, schema_version, occurred_at, metadata, data, hash)
     VALUES ($1, 1, 'Happened', 1, now(), '{}', '{}', $2)`,
    [stream, only!.hash],
  );
  return {
    commit: async () => {
      await client.query('COMMIT');
      client.release();
    },
  };
}

const names = (events: readonly RecordedEvent[]): string[] =>
  events.map(({ stream, version }) => `${stream.slice('spec-'.length)}${version}`);

function sender(): CommandSubscription & { readonly got: string[] } {
  const got: string[] = [];
  const handle = async (events: readonly RecordedEvent[]): Promise<boolean> => {
    got.push(...names(events));
    return events.length > 0;
  };
  return { name: 'collector', kind: 'commands', got, handle };
}

function collector(wanted: (id: string) => boolean = () => true): RowSubscription & { readonly got: string[] } {
  const got: string[] = [];
  const handle = async (events: readonly RecordedEvent[], client: pg.PoolClient): Promise<void> => {
    got.push(...names(events));
    for (const { stream, version } of events) {
      await client.query('INSERT INTO seen VALUES ($1, $2)', [stream, version]);
    }
  };
  const concerns = (events: readonly RecordedEvent[]): boolean => events.some(({ stream }) => wanted(stream.slice('spec-'.length)));
  return { name: 'collector', kind: 'rows', got, concerns, handle };
}

/** Writes down what `wanted` says; nothing follows from other events. */
function writer(wanted: (id: string) => boolean = () => true): StatementSubscription {
  const statementsOf = (events: readonly RecordedEvent[]) =>
    events
      .filter(({ stream }) => wanted(stream.slice('spec-'.length)))
      .map(({ stream, version }) => ({
        text: 'INSERT INTO seen VALUES ($1, $2::text::int)',
        values: [stream, `${version}`],
      }));
  return { name: 'collector', kind: 'statements', statementsOf };
}

async function seen(): Promise<number> {
  const { rows } = await pool.query<{ count: number }>('SELECT count(*)::int AS count FROM seen');
  return rows[0]?.count ?? 0;
}

const drain = async (subscription: Subscription): Promise<void> => {
  while ((await stepSubscription(pool, subscription)).isBehind);
};

describe('subscriptions', () => {
  it('lose nothing when commits land in the reverse order of positions', async () => {
    const subscription = collector();
    const slow = await appendSlowly('slow');
    await append('fast');
    await drain(subscription);
    // `fast` has the later position and is committed, yet `slow` may still come before it.
    expect(subscription.got).toEqual([]);
    await slow.commit();
    await untilReadable(store, 2);
    await drain(subscription);
    expect(subscription.got).toEqual(['slow1', 'fast1']);
  });

  it('lose nothing when transaction ids are reversed too', async () => {
    const subscription = collector();
    const early = await pool.connect();
    await early.query('BEGIN');
    await early.query('SELECT pg_current_xact_id()');
    await append('a');
    await early.query(
      `INSERT INTO eventstore.events
         (stream_id, version, type, schema_version, occurred_at, metadata, data, hash)
       VALUES ('spec-b', 1, 'Happened', 1, now(), '{}', '{}', $1)`,
      [Buffer.alloc(32)],
    );
    await drain(subscription);
    expect(subscription.got).toEqual([]);
    await early.query('COMMIT');
    early.release();
    await untilReadable(store, 2);
    await drain(subscription);
    expect(subscription.got).toEqual(['b1', 'a1']);
  });

  it('refuse a stream’s order to be broken by an older transaction', async () => {
    const old = await pool.connect();
    await old.query('BEGIN');
    await old.query('SELECT pg_current_xact_id()');
    await append('s');
    const stream = streamId('spec', 's');
    const expected = await store.readHead(stream);
    const events = chain(stream, expected, [HAPPENED]);
    const outcome = await appendOn(old, { stream, expected, events, answers: [], outbox: [] });
    await old.query('ROLLBACK');
    old.release();
    expect(outcome).toBe('version-conflict');
    expect(await append('s')).toBe('appended');
    const subscription = collector();
    await untilReadable(store, 2);
    await drain(subscription);
    expect(subscription.got).toEqual(['s1', 's2']);
  });

  it('wait for a transaction that idles and catch up in one go', async () => {
    const subscription = collector();
    await append('before');
    await untilReadable(store, 1);
    await drain(subscription);
    const idle = await appendSlowly('idle');
    for (const id of ['x', 'y', 'z']) await append(id);
    await drain(subscription);
    expect(subscription.got).toEqual(['before1']);
    await idle.commit();
    await untilReadable(store, 5);
    await stepSubscription(pool, subscription);
    expect(subscription.got).toEqual(['before1', 'idle1', 'x1', 'y1', 'z1']);
  });

  it('apply each event once when killed between rows and checkpoint, 100 times', async () => {
    for (let index = 0; index < 20; index += 1) await append(`k${index % 7}`);
    await untilReadable(store, 20);
    const inner = collector();
    let kills = 0;
    const killed: RowSubscription = {
      ...inner,
      handle: async (events, client) => {
        await inner.handle(events.slice(0, 1 + (kills % events.length)), client);
        kills += 1;
        if (kills <= 100) throw new Error('killed');
        await inner.handle(events.slice(1 + ((kills - 1) % events.length)), client);
      },
    };
    for (let step = 0; step < 100; step += 1) {
      await expect(stepSubscription(pool, killed)).rejects.toThrow('killed');
    }
    await drain(killed);
    const { rows } = await pool.query('SELECT count(*)::int AS count FROM seen');
    expect(rows).toEqual([{ count: 20 }]);
  });

  it('let one of two processes with the same checkpoint commit', async () => {
    await append('twice', 3);
    await untilReadable(store, 3);
    const results = await Promise.allSettled([
      stepSubscription(pool, collector()),
      stepSubscription(pool, collector()),
    ]);
    expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
    const { rows } = await pool.query('SELECT count(*)::int AS count FROM seen');
    expect(rows).toEqual([{ count: 3 }]);
  });

  it('send commands again after a crash, and move on after success', async () => {
    await append('c', 2);
    await untilReadable(store, 2);
    const inner = sender();
    let isFirst = true;
    const crashing: CommandSubscription = {
      ...inner,
      handle: async (events) => {
        const hasActed = await inner.handle(events);
        if (!isFirst) return hasActed;
        isFirst = false;
        throw new Error('crashed after the commands');
      },
    };
    await expect(stepSubscription(pool, crashing)).rejects.toThrow('crashed');
    await drain(crashing);
    expect(inner.got).toEqual(['c1', 'c2', 'c1', 'c2']);
    await drain(crashing);
    expect(inner.got).toHaveLength(4);
  });

  it('write what follows in one exchange, once, whichever of two processes is first', async () => {
    await append('w', 3);
    await untilReadable(store, 3);
    const steps = await Promise.all([stepSubscription(pool, writer()), stepSubscription(pool, writer())]);
    expect(steps.some(({ hasMoved }) => hasMoved)).toBe(true);
    expect(await seen()).toBe(3);
    await drain(writer());
    expect(await seen()).toBe(3);
  });

  it('write nothing of a page of which one statement fails, and read it again', async () => {
    await append('f', 2);
    await untilReadable(store, 2);
    const failing = { ...writer(), statementsOf: (events: readonly RecordedEvent[]) => [
      ...writer().statementsOf(events),
      { text: 'SELECT 1 / $1::text::int', values: ['0'] },
    ] };
    await expect(stepSubscription(pool, failing)).rejects.toThrow('division by zero');
    expect(await seen()).toBe(0);
    await drain(writer());
    expect(await seen()).toBe(2);
  });

  it.each([['statements', writer], ['rows', collector]] as const)('may leave the checkpoint of %s where it is while there is nothing to do, and keep it when the log ends', async (_kind, make) => {
    const reader = make((id) => id === 'wanted');
    await append('other', 2);
    await untilReadable(store, 2);
    const first = await stepSubscription(pool, reader, { mayPutOff: true });
    expect(first).toMatchObject({ events: 2, hasMoved: false, place: { checkpoint: LOG_START } });
    expect(await readCheckpoint(pool, reader.name)).toEqual(LOG_START);
    // Whoever takes over reads the same again, to which there is still nothing to do.
    expect(await stepSubscription(pool, reader, { mayPutOff: true })).toMatchObject({ events: 2 });

    await append('wanted');
    await untilReadable(store, 3);
    const second = await stepSubscription(pool, reader, { mayPutOff: true, place: first.place });
    expect(second).toMatchObject({ events: 1, hasMoved: true });
    expect(await seen()).toBe(1);

    await append('more');
    await untilReadable(store, 4);
    const third = await stepSubscription(pool, reader, { mayPutOff: true, place: second.place });
    expect(third).toMatchObject({ events: 1, hasMoved: false });
    const end = await stepSubscription(pool, reader, { mayPutOff: true, place: third.place });
    expect(end).toMatchObject({ events: 0, hasMoved: true });
    expect(third.place!.read).toMatchObject(await readCheckpoint(pool, reader.name));
    expect(await stepSubscription(pool, reader, { place: end.place })).toEqual({ ...end, hasMoved: false });
  });
});
