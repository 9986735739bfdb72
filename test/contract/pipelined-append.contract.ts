import pg from 'pg';
import { chain, GENESIS_HASH, isIntact } from '../../src/eventstore/hash-chain.js';
import { streamId, type EncodedEvent, type StreamId } from '../../src/eventstore/event.js';
import type { AppendRequest, EventStore, LockedStream, StreamHead } from '../../src/eventstore/event-store.js';
import { MemoryEventStore } from '../../src/eventstore/memory-event-store.js';
import { PostgresEventStore } from '../../src/eventstore/postgres-event-store.js';
import { StreamWriter } from '../../src/eventstore/stream-writer.js';
import { DEFAULT_LIMITS } from '../../src/eventstore/writer-limits.js';
import type { Instant } from '../../src/kernel/time.js';
import { counterDefinition, take } from '../support/counter-stream.js';
import { createTestDatabase } from '../support/database.js';

const hooks = { committed: () => undefined, warn: () => undefined };
const genesis: StreamHead = { version: 0, hash: GENESIS_HASH };
const event = (data: string): EncodedEvent => ({
  ...{ type: 'Happened', schemaVersion: 1, data, metadata: '{}' },
  occurredAt: 1_795_000_000_123 as Instant,
});

const harnesses = [
  ['memory', async () => ({ store: new MemoryEventStore() as EventStore, close: async () => undefined })],
  [
    'postgres',
    async () => {
      const database = await createTestDatabase();
      const pool = new pg.Pool({ connectionString: database.url, max: 8 });
      const close = async (): Promise<void> => {
        await pool.end();
        await database.drop();
      };
      return { store: new PostgresEventStore(pool) as EventStore, close };
    },
  ],
] as const;

describe.each(harnesses)('appends behind one another: %s', (_name, open) => {
  let harness: Awaited<ReturnType<typeof open>>;
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

  const behind = (expected: StreamHead, ...data: readonly string[]): AppendRequest => ({
    ...{ stream, expected, answers: [], outbox: [] },
    events: chain(stream, expected, data.map(event)),
  });
  const headOf = ({ events, expected }: AppendRequest): StreamHead => events.at(-1) ?? expected;

  async function sendAll(...requests: readonly AppendRequest[]): Promise<readonly string[]> {
    const appender = await store.openAppender();
    const outcomes = await Promise.all(requests.map((request) => appender.append(request)));
    appender.release();
    return outcomes;
  }

  it('commit in the order given', async () => {
    const first = behind(genesis, '{"n":1}', '{"n":2}');
    const second = behind(headOf(first), '{"n":3}');
    const third = behind(headOf(second), '{"n":4}', '{"n":5}');
    expect(await sendAll(first, second)).toEqual(['appended', 'appended']);
    expect(await sendAll(third)).toEqual(['appended']);
    const events = await store.readStream(stream, 0, 10);
    expect(events.map(({ data }) => data)).toEqual([1, 2, 3, 4, 5].map((n) => `{"n":${n}}`));
  });

  it('fail together when somebody else wrote, also just as many events', async () => {
    const first = behind(genesis, '{"n":1}', '{"n":2}');
    const second = behind(headOf(first), '{"n":3}');
    const foreign = behind(genesis, '{"f":1}', '{"f":2}');
    await store.append(foreign);
    expect(await sendAll(first, second)).toEqual(['version-conflict', 'version-conflict']);
    expect(await store.readHead(stream)).toMatchObject({ version: 2, hash: headOf(foreign).hash });
  });

  it('fail together when an answer is there, and leave the connection usable', async () => {
    const answer = { scope: 's', key: `k${count}`, fingerprint: Buffer.alloc(32), body: '{}' };
    await store.append({ ...behind(genesis), stream: streamId('other', `${count}`), answers: [answer] });
    const first = { ...behind(genesis, '{"n":1}'), answers: [answer] };
    const second = behind(headOf(first), '{"n":2}');
    expect(await sendAll(first, second)).toEqual(['answer-exists', 'version-conflict']);
    expect(await store.readStream(stream, 0, 10)).toEqual([]);
    expect(await sendAll(behind(genesis, '{}'))).toEqual(['appended']);
  });

  /** Enough commands at once that a writer sends them in two batches. */
  const many = (prefix: string, commands = 40) =>
    Array.from({ length: commands }, (_, index) => take(`${prefix}${count}-${index}`));

  async function expectChain(events: number): Promise<void> {
    const read = await store.readStream(stream, 0, 1_000);
    expect(read.map(({ version }) => version)).toEqual(Array.from({ length: events }, (_, at) => at + 1));
    let before: Buffer = GENESIS_HASH;
    for (const one of read) {
      expect(isIntact(before, one)).toBe(true);
      before = one.hash;
    }
  }

  it('are decided again by a writer that was overtaken by just as many events', async () => {
    const writer = new StreamWriter(store, counterDefinition(1_000), stream, hooks);
    const other = new StreamWriter(store, counterDefinition(1_000), stream, hooks);
    await writer.execute(take(`first${count}`));
    await Promise.all(many('o', 20).map((request) => other.execute(request)));
    const outcomes = await Promise.all(many('w').map((request) => writer.execute(request)));
    expect(outcomes.every(({ accepted }) => accepted)).toBe(true);
    await expectChain(61);
  });

  it('are answered once by a writer whose answers from the store are lost', async () => {
    let losses = 0;
    const losing: EventStore = Object.assign(Object.create(store) as EventStore, {
      openAppender: async () => {
        const inner = await store.openAppender();
        return {
          release: () => inner.release(),
          append: async (request: AppendRequest) => {
            await inner.append(request);
            losses += 1;
            throw new Error('connection lost after the commit');
          },
        };
      },
    });
    const writer = new StreamWriter(losing, counterDefinition(1_000), stream, hooks);
    const outcomes = await Promise.all(many('l').map((request) => writer.execute(request)));
    expect(losses).toBe(2);
    expect(outcomes.every(({ accepted }) => accepted)).toBe(true);
    await expectChain(40);
  });

  it('are not disturbed by a key that is asked twice while its first answer is on its way', async () => {
    const warnings: string[] = [];
    const warn = (message: string): void => void warnings.push(message);
    let begun: () => void = () => undefined;
    let goOn: () => void = () => undefined;
    const beginning = new Promise<void>((resolve) => (begun = resolve));
    const going = new Promise<void>((resolve) => (goOn = resolve));
    const held: EventStore = Object.assign(Object.create(store) as EventStore, {
      openAppender: async () => {
        const inner = await store.openAppender();
        const append = async (request: AppendRequest) => {
          begun();
          await going;
          return inner.append(request);
        };
        return { release: () => inner.release(), append };
      },
    });
    const limits = { ...DEFAULT_LIMITS, flightsMax: 1 };
    const writer = new StreamWriter(held, counterDefinition(1_000), stream, { ...hooks, warn }, limits);
    const first = writer.execute(take(`twice${count}`));
    await beginning;
    const [again, other] = [writer.execute(take(`twice${count}`)), writer.execute(take(`other${count}`))];
    goOn();
    expect(await again).toEqual(await first);
    expect((await other).accepted).toBe(true);
    expect(warnings).toEqual([]);
    await expectChain(2);
  });

  it('are given up by a writer after some attempts when others are always first, and nothing is written', async () => {
    let attempts = 0;
    const overtaken = async (): Promise<'version-conflict'> => {
      attempts += 1;
      return 'version-conflict';
    };
    const losing: EventStore = Object.assign(Object.create(store) as EventStore, {
      openAppender: async () => ({ append: overtaken, release: () => undefined }),
      withLockedStream: (id: StreamId, work: (locked: LockedStream) => Promise<unknown>) =>
        store.withLockedStream(id, (locked) => work({ ...locked, append: overtaken })),
    });
    const writer = new StreamWriter(losing, counterDefinition(9), stream, hooks);
    await expect(writer.execute(take(`late-${count}`))).rejects.toMatchObject({ code: 'BUSY' });
    expect(attempts).toBe(1 + DEFAULT_LIMITS.attemptsMax);
    expect(await store.readStream(stream, 0, 10)).toEqual([]);
    expect((await new StreamWriter(store, counterDefinition(9), stream, hooks).execute(take(`late-${count}`))).accepted).toBe(true);
  });

  it('let readers and snapshots see only what is committed', async () => {
    const writer = new StreamWriter(store, counterDefinition(10_000), stream, hooks);
    const seen: Promise<readonly [number, number]>[] = [];
    const work = many('r', 600).map(async (request, index) => {
      if (index % 50 === 0) {
        seen.push(writer.read(({ left }) => left).then(async (left) => [left, (await store.readHead(stream)).version] as const));
      }
      await writer.execute(request);
    });
    await Promise.all(work);
    for (const [left, version] of await Promise.all(seen)) {
      expect(10_000 - left).toBeLessThanOrEqual(version);
    }
    await expectChain(600);
    const snapshot = await store.loadSnapshot(stream);
    const state = JSON.parse(snapshot?.state ?? '{}') as { readonly left: number };
    expect(10_000 - state.left).toBe(snapshot?.version);
  });
});
