import type { Socket } from 'node:net';
import fc from 'fast-check';
import pg from 'pg';
import { UnwritableError } from '../../src/eventstore/append-query.js';
import type { AppendOutcome, AppendRequest, StoredAnswer, StreamHead } from '../../src/eventstore/event-store.js';
import { streamId, type EncodedEvent, type StreamId } from '../../src/eventstore/event.js';
import { chain, GENESIS_HASH } from '../../src/eventstore/hash-chain.js';
import { PostgresEventStore } from '../../src/eventstore/postgres-event-store.js';
import { StreamWriter } from '../../src/eventstore/stream-writer.js';
import type { Instant } from '../../src/kernel/time.js';
import { counterDefinition, take } from '../support/counter-stream.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const GENESIS: StreamHead = { version: 0, hash: GENESIS_HASH };
const NAMES = ['a', 'b', 'c'] as const;
const event = (data: string): EncodedEvent => ({
  ...{ type: 'Happened', schemaVersion: 1, data, metadata: '{}' },
  occurredAt: 1_795_000_000_123 as Instant,
});
const headOf = ({ events, expected }: AppendRequest): StreamHead => events.at(-1) ?? expected;
const answer = (key: string): StoredAnswer => ({ scope: 's', key, fingerprint: Buffer.alloc(32), body: '{}' });

let database: TestDatabase;
let pool: pg.Pool;
let store: PostgresEventStore;
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 8 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(() => {
  count += 1;
  store = new PostgresEventStore(pool);
});

const named = (name: string): StreamId => streamId('counter', `${count}-${name}`);
const behind = (stream: StreamId, expected: StreamHead, data: string, answers: readonly StoredAnswer[] = []): AppendRequest => ({
  ...{ stream, expected, answers, outbox: [] },
  events: chain(stream, expected, [event(data)]),
});

async function together(requests: readonly AppendRequest[], on = store): Promise<readonly (AppendOutcome | Error)[]> {
  const appender = await on.openAppender();
  const asked = requests.map((request) => appender.append(request).catch((error: unknown) => error as Error));
  return Promise.all(asked);
}

/** Of the newest append of each stream: the same number where they are one commit. */
async function commitsOf(streams: readonly StreamId[]): Promise<readonly string[]> {
  const { rows } = await pool.query<{ transaction_id: string }>(
    'SELECT transaction_id FROM eventstore.streams WHERE stream_id = ANY($1) ORDER BY stream_id',
    [streams],
  );
  return rows.map((row) => row.transaction_id);
}

const textsOf = async (stream: StreamId): Promise<readonly string[]> => (await store.readStream(stream, 0, 100)).map(({ data }) => data);

describe('appends to many streams', () => {
  it('that are asked for in one turn are one commit', async () => {
    const streams = NAMES.map(named);
    expect(await together(streams.map((stream) => behind(stream, GENESIS, '{"n":1}')))).toEqual(NAMES.map(() => 'appended'));
    expect(new Set(await commitsOf(streams)).size).toBe(1);
    expect(await commitsOf(streams)).toHaveLength(NAMES.length);
  });

  it('wait for each other only within one kind of stream', async () => {
    const [one, other] = [named('a'), streamId('market', `${count}`)];
    expect(await together([behind(one, GENESIS, '{}'), behind(other, GENESIS, '{}')])).toEqual(['appended', 'appended']);
    expect(new Set(await commitsOf([one, other])).size).toBe(2);
  });

  it('go on beside one that was overtaken', async () => {
    const [a, b, c] = NAMES.map(named) as [StreamId, StreamId, StreamId];
    await store.append(behind(b, GENESIS, '{"foreign":1}'));
    expect(await together([a, b, c].map((stream) => behind(stream, GENESIS, '{"n":1}')))).toEqual(['appended', 'version-conflict', 'appended']);
    expect(await Promise.all([a, b, c].map(textsOf))).toEqual([['{"n":1}'], ['{"foreign":1}'], ['{"n":1}']]);
  });

  it('go on beside one whose key was answered before, and beside one that no row can hold', async () => {
    const [a, b, c] = NAMES.map(named) as [StreamId, StreamId, StreamId];
    const known = answer(`known-${count}`);
    await store.append({ ...behind(named('other'), GENESIS, '{}'), answers: [known] });
    const outcomes = await together([
      behind(a, GENESIS, '{"n":1}', [known]),
      behind(b, GENESIS, '{"n":"\u0000"}'),
      behind(c, GENESIS, '{"n":1}', [answer(`new-${count}`)]),
    ]);
    expect(outcomes).toEqual(['answer-exists', expect.objectContaining({ severity: 'ERROR' }), 'appended']);
    expect(await Promise.all([a, b, c].map(textsOf))).toEqual([[], [], ['{"n":1}']]);
  });

  it.each([[['b']], [['a', 'b']]])('go on beside one whose row another holds, which is made when it is let go: %j', async (names) => {
    const [a, b, c] = NAMES.map(named) as [StreamId, StreamId, StreamId];
    const zero = behind(b, GENESIS, '{"n":0}');
    await store.append(zero);
    const holder = await pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM eventstore.streams WHERE stream_id = $1 FOR UPDATE', [b]);
    const appender = await store.openAppender();
    const heads = new Map([[a, GENESIS], [b, headOf(zero)]]);
    const asked = names.map(named).map((stream) => appender.append(behind(stream, heads.get(stream) ?? GENESIS, '{"n":1}')));
    const held = asked.pop();
    expect(await Promise.all(asked)).toEqual(asked.map(() => 'appended'));
    expect(await appender.append(behind(c, GENESIS, '{"n":1}'))).toBe('appended');
    expect(await textsOf(b)).toEqual(['{"n":0}']);
    await holder.query('COMMIT');
    holder.release();
    expect(await held).toBe('appended');
  });

  it.each([
    ['as soon as they are asked', (socket: Socket) => socket.destroy(), [0, 2]],
    ['before the end of their answer is read', cutAtEnd, [2]],
  ])('are unknown to all of them when the connection breaks %s, and are there all or none', async (_when, cut, possible) => {
    const [a, b] = NAMES.map(named) as [StreamId, StreamId, StreamId];
    for (const outcome of await together([a, b].map((stream) => behind(stream, GENESIS, '{"n":1}')), new PostgresEventStore(breaking(cut)))) {
      expect(outcome).toBeInstanceOf(Error);
    }
    // In one statement: the server may be committing them now.
    const commits = await commitsOf([a, b]);
    expect(possible).toContain(commits.length);
    expect(new Set(commits).size).toBe(commits.length / 2);
    expect(await together([behind(named('c'), GENESIS, '{"n":2}')])).toEqual(['appended']);
  });

  it('go on beside one that cannot be written down, and behind it', async () => {
    const [a, b, c] = NAMES.map(named) as [StreamId, StreamId, StreamId];
    const unwritable = { ...behind(b, GENESIS, '{"n":1}'), events: chain(b, GENESIS, [{ ...event('{"n":1}'), occurredAt: NaN as Instant }]) };
    expect(await together([behind(a, GENESIS, '{"n":1}'), unwritable])).toEqual(['appended', expect.any(UnwritableError)]);
    expect(await together([unwritable])).toEqual([expect.any(UnwritableError)]);
    expect(await together([behind(c, GENESIS, '{"n":1}')])).toEqual(['appended']);
    expect(await Promise.all([a, b, c].map(textsOf))).toEqual([['{"n":1}'], [], ['{"n":1}']]);
  });

  it('of two processes never wait for each other in a circle', async () => {
    const other = new PostgresEventStore(pool);
    const streams = Array.from({ length: 100 }, (_, index) => named(`${index}`));
    const ask = (on: PostgresEventStore, order: readonly StreamId[], who: string) =>
      together(order.map((stream) => behind(stream, GENESIS, `{"who":"${who}"}`)), on);
    const [ours, theirs] = await Promise.all([ask(store, streams, 'one'), ask(other, [...streams].reverse(), 'other')]);
    const sides = streams.map((_, index) => [ours[index], theirs[streams.length - 1 - index]].sort());
    expect(sides).toEqual(streams.map(() => ['appended', 'version-conflict']));
  });
});

/** `ReadyForQuery`, outside a transaction: what was asked is committed. Parts of an answer come before it, as of a `COPY`. */
const READY = Buffer.from('5a0000000549', 'hex');

function cutAtEnd(socket: Socket): void {
  const listeners = socket.listeners('data') as ((bytes: Buffer) => void)[];
  socket.removeAllListeners('data').on('data', (bytes: Buffer) => {
    if (bytes.subarray(-READY.length).equals(READY)) socket.destroy();
    else for (const listener of listeners) listener.call(socket, bytes);
  });
}

/** Its connections are cut when something is asked on them. */
function breaking(cut: (socket: Socket) => unknown): pg.Pool {
  const connect = async (): Promise<pg.PoolClient> => {
    const client = await pool.connect();
    const query = client.query.bind(client) as (submitted: unknown) => unknown;
    client.on('error', () => undefined);
    Object.assign(client, {
      query: (submitted: unknown): unknown => {
        const asked = query(submitted);
        cut((client.connection as unknown as { readonly stream: Socket }).stream);
        return asked;
      },
    });
    return client;
  };
  return { connect } as unknown as pg.Pool;
}

describe('what comes of appends together', () => {
  const step = fc.record({ name: fc.constantFrom(...NAMES), isOvertaken: fc.boolean(), isAnswered: fc.nat({ max: 5 }) });

  /** The same appends on streams of their own: each expects what the one before it would have made. */
  async function requestsOf(run: string, steps: readonly { readonly name: string; readonly isOvertaken: boolean; readonly isAnswered: number }[]) {
    const known = answer(`known-${run}`);
    await store.append({ ...behind(named(`${run}-known`), GENESIS, '{}'), answers: [known] });
    const heads = new Map<StreamId, StreamHead>();
    return steps.map(({ name, isOvertaken, isAnswered }, index) => {
      const stream = named(`${run}-${name}`);
      const expected = isOvertaken ? GENESIS : (heads.get(stream) ?? GENESIS);
      const request = behind(stream, expected, `{"step":${index}}`, isAnswered === 0 ? [known] : [answer(`${run}-${index}`)]);
      heads.set(stream, headOf(request));
      return request;
    });
  }

  it('is what comes of them one after the other', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        run += 1;
        const [joint, single] = [`j${run}`, `s${run}`];
        const got = await together(await requestsOf(joint, steps));
        const expected: AppendOutcome[] = [];
        for (const request of await requestsOf(single, steps)) expected.push(await store.append(request));
        expect(got).toEqual(expected);
        for (const name of NAMES) expect(await textsOf(named(`${joint}-${name}`))).toEqual(await textsOf(named(`${single}-${name}`)));
      }),
      { numRuns: 60 },
    );
  });

  it('is every unit taken once, by two processes with writers on the same streams', async () => {
    const warnings: string[] = [];
    const hooks = { committed: () => undefined, warn: (message: string, details: Record<string, unknown>) => void warnings.push(`${message} ${JSON.stringify(details)}`) };
    const stores = [store, new PostgresEventStore(pool)];
    const writers = stores.map((one) => NAMES.map((name) => new StreamWriter(one, counterDefinition(50), named(name), hooks)));
    const outcomes = await Promise.all(
      Array.from({ length: 360 }, (_, index) => {
        const writer = writers[index % 2]?.[Math.floor(index / 2) % NAMES.length] as (typeof writers)[number][number];
        return writer.execute(take(`taker-${count}-${index}`));
      }),
    );
    expect(outcomes.filter(({ accepted }) => accepted)).toHaveLength(50 * NAMES.length);
    for (const name of NAMES) {
      const events = await store.readStream(named(name), 0, 100);
      expect(events.map(({ version }) => version)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    }
    expect(warnings.filter((text) => /deadlock/.test(text))).toEqual([]);
  });
});
