import pg from 'pg';
import type { EventStore } from '../../src/eventstore/event-store.js';
import { LOG_START, streamId, type StreamId } from '../../src/eventstore/event.js';
import { GENESIS_HASH } from '../../src/eventstore/hash-chain.js';
import { PostgresEventStore } from '../../src/eventstore/postgres-event-store.js';
import { SnapshotPiece, textOf } from '../../src/eventstore/snapshot-piece.js';
import { keepSnapshot, loadStream } from '../../src/eventstore/stream-state.js';
import { StreamWriter } from '../../src/eventstore/stream-writer.js';
import type { StreamDefinition } from '../../src/eventstore/stream-definition.js';
import { counterDefinition, take } from '../support/counter-stream.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { EVENT_STORES, type StoreHarness } from '../support/event-stores.js';
import { until, untilHolds } from '../support/until.js';

const piece = (text: string): SnapshotPiece => new SnapshotPiece(text.length, () => text);

describe.each(EVENT_STORES)('snapshots in pieces: %s', (_name, open) => {
  let harness: StoreHarness;
  let store: EventStore;
  let stream: StreamId;
  let count = 0;

  beforeAll(async () => {
    harness = await open();
    ({ store } = harness);
  });
  afterAll(() => harness.close());
  beforeEach(() => {
    count += 1;
    stream = streamId('counter', `${count}`);
  });

  const keep = (version: number, state: string | readonly SnapshotPiece[]): Promise<void> =>
    store.saveSnapshot(stream, { version, hash: GENESIS_HASH, schemaVersion: 1, state });

  it('are their text, in their order, also where one stands twice; an older one never replaces a newer', async () => {
    const [head, one, two, end] = ['{"all":[', '"one\u2028",', '"two"', ']}'].map(piece) as [SnapshotPiece, SnapshotPiece, SnapshotPiece, SnapshotPiece];
    await keep(1, [head, one, one, two, end]);
    expect(await store.loadSnapshot(stream)).toMatchObject({ version: 1, state: '{"all":["one\u2028","one\u2028","two"]}' });
    await keep(3, [head, two, end]);
    await keep(2, [head, one, end]);
    expect(await store.loadSnapshot(stream)).toMatchObject({ version: 3, state: '{"all":["two"]}' });
    await keep(4, [head, one, end]);
    expect(await store.loadSnapshot(stream)).toMatchObject({ version: 4, state: '{"all":["one\u2028",]}' });
    await keep(5, 'in one text');
    expect(await store.loadSnapshot(stream)).toMatchObject({ version: 5, state: 'in one text' });
    await keep(6, [head, two, end]);
    expect(await store.loadSnapshot(stream)).toMatchObject({ version: 6, state: '{"all":["two"]}' });
  });

  it('are asked for their text once to be named, and once to be written', async () => {
    const asked: string[] = [];
    const watched = (text: string): SnapshotPiece => new SnapshotPiece(text.length, () => (asked.push(text), text));
    const [head, tail] = [watched('head'), watched('tail')];
    await keep(1, [head, tail]);
    asked.length = 0;
    await keep(2, [head, watched('new'), tail]);
    expect(asked).toEqual(['new', 'new']);
  });

  it('that come at once leave the newest, whole', async () => {
    const versions = [1, 2, 3, 4, 5, 6];
    const pieces = (version: number): SnapshotPiece[] =>
      Array.from({ length: 40 }, (_, index) => piece(index % 3 === 0 ? `[${index}]` : `[${version} ${index}]`));
    await Promise.all(versions.map((version) => keep(version, pieces(version))));
    expect(await store.loadSnapshot(stream)).toMatchObject({ version: 6, state: textOf(pieces(6)) });
  });
});

describe('pieces in PostgreSQL', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let store: PostgresEventStore;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 8 });
    store = new PostgresEventStore(pool);
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  const inPieces = (): ReturnType<typeof counterDefinition> => {
    const definition = counterDefinition(500);
    const pieces: StreamDefinition<unknown, unknown, unknown, unknown, unknown>['snapshot']['pieces'] = (state) =>
      definition.snapshot.encode(state as never).split(/(?<=,)/).map(piece);
    return { ...definition, snapshot: { ...definition.snapshot, everyEvents: 10_000, pieces } };
  };
  const rowsOf = async (stream: StreamId): Promise<readonly string[]> =>
    (await pool.query<{ text: string }>('SELECT text FROM eventstore.snapshot_pieces WHERE stream_id = $1', [stream])).rows.map(({ text }) => text);

  async function played(name: string): Promise<StreamId> {
    const stream = streamId('counter', name);
    const definition = inPieces();
    const writer = new StreamWriter(store, definition, stream, { committed: () => undefined, warn: (message) => expect(message).toBeNull() });
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(Array.from({ length: 60 }, (_, index) => writer.execute(take(`${name}-${round}-${index}`))));
      await keepSnapshot(store, definition, await loadStream(store, definition, stream));
    }
    return stream;
  }

  it('are those of the newest snapshot only', async () => {
    const stream = await played('one');
    const snapshot = await store.loadSnapshot(stream);
    expect(snapshot?.version).toBe(240);
    const rows = await rowsOf(stream);
    expect(rows).toHaveLength(241);
    expect(new Set(snapshot?.state.split(/(?<=,)/))).toEqual(new Set(rows));
  });

  it('of which one is gone are no snapshot: the stream is folded from its first event', async () => {
    const stream = await played('two');
    await pool.query(`DELETE FROM eventstore.snapshot_pieces WHERE stream_id = $1 AND text LIKE '%two-0-7"%'`, [stream]);
    expect(await store.loadSnapshot(stream)).toBeNull();
    const { state, snapshotVersion } = await loadStream(store, inPieces(), stream);
    expect([state.left, state.takers.length, snapshotVersion]).toEqual([260, 240, 0]);
  });

  it('are written while readers of the log read on', async () => {
    const other = new pg.Client({ connectionString: database.url });
    await other.connect();
    await other.query('BEGIN; LOCK TABLE eventstore.snapshot_pieces IN SHARE MODE');
    const stream = streamId('counter', 'slow');
    const saved = store.saveSnapshot(stream, { version: 1, hash: GENESIS_HASH, schemaVersion: 1, state: ['{', '}'].map(piece) });
    await untilHolds(pool, `SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'eventstore.snapshot_pieces'::regclass AND NOT granted) AS holds`);
    const definition = counterDefinition(500);
    const hooks = { committed: () => undefined, warn: () => undefined };
    await new StreamWriter(store, definition, streamId('counter', 'seen'), hooks).execute(take('seen'));
    await until(() => store.readLog(LOG_START, 1_000), (events) => events.some((event) => event.stream === 'counter-seen'));
    await other.query('COMMIT');
    await other.end();
    await saved;
    expect(await store.loadSnapshot(stream)).toMatchObject({ version: 1, state: '{}' });
  });

  it('that another process dropped before they were named are written again', async () => {
    const stream = streamId('counter', 'dropped');
    const snapshot = (version: number, texts: readonly string[]) => ({ version, hash: GENESIS_HASH, schemaVersion: 1, state: texts.map(piece) });
    await store.saveSnapshot(stream, snapshot(1, ['a', 'b']));
    const other = new pg.Client({ connectionString: database.url });
    await other.connect();
    await other.query(`BEGIN; UPDATE eventstore.snapshots SET taken_at = now() WHERE stream_id = '${stream}'`);
    const saved = store.saveSnapshot(stream, snapshot(2, ['a', 'c']));
    await untilHolds(pool, `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()) AS holds`);
    await other.query(`DELETE FROM eventstore.snapshot_pieces WHERE stream_id = '${stream}'; COMMIT`);
    await other.end();
    await saved;
    expect(await store.loadSnapshot(stream)).toMatchObject({ version: 2, state: 'ac' });
  });
});
