import { StreamWriter } from '../../src/eventstore/stream-writer.js';
import { DEFAULT_LIMITS } from '../../src/eventstore/writer-limits.js';
import { chain, GENESIS_HASH, isIntact } from '../../src/eventstore/hash-chain.js';
import { LOG_START, streamId, type EncodedEvent, type StreamId } from '../../src/eventstore/event.js';
import type { AppendRequest, EventStore } from '../../src/eventstore/event-store.js';
import type { Instant } from '../../src/kernel/time.js';
import { counterDefinition, take } from '../support/counter-stream.js';
import { EVENT_STORES, type StoreHarness } from '../support/event-stores.js';

const at = 1_795_000_000_123 as Instant;
const event = (data: string): EncodedEvent => ({
  type: 'Happened',
  schemaVersion: 1,
  data,
  metadata: '{"actor":"system:test","cause":"spec"}',
  occurredAt: at,
});
const genesis = { version: 0, hash: GENESIS_HASH };
const hooks = { committed: () => undefined, warn: () => undefined };

describe.each(EVENT_STORES)('event store: %s', (_name, open) => {
  let harness: StoreHarness;
  let store: EventStore;
  let stream: StreamId;
  let count = 0;

  beforeAll(async () => {
    harness = await open();
    store = harness.store;
  });
  afterAll(() => harness.close());
  beforeEach(() => {
    count += 1;
    stream = streamId('spec', String(count));
  });

  const request = (...data: readonly string[]): AppendRequest => ({
    stream,
    expected: genesis,
    events: chain(stream, genesis, data.map(event)),
    answers: [],
    outbox: [],
  });

  it('numbers events from 1 without gaps and gives back what was appended', async () => {
    expect(await store.append(request('{"a":1}', '{"text":"é \\" \\\\ \\n"}'))).toBe('appended');
    const events = await store.readStream(stream, 0, 10);
    expect(events.map(({ version }) => version)).toEqual([1, 2]);
    expect(events[1]).toMatchObject({ ...event('{"text":"é \\" \\\\ \\n"}'), stream });
    expect(isIntact(GENESIS_HASH, events[0]!)).toBe(true);
    expect(isIntact(events[0]!.hash, events[1]!)).toBe(true);
    expect(await store.readHead(stream)).toMatchObject({ version: 2, hash: events[1]!.hash });
  });

  it('refuses an append behind another head, and writes nothing of it', async () => {
    await store.append(request('{}'));
    expect(await store.append(request('{"late":1}'))).toBe('version-conflict');
    const head = await store.readHead(stream);
    const stale = { ...request('{}'), expected: { version: 7, hash: head.hash } };
    expect(await store.append(stale)).toBe('version-conflict');
    expect(await store.readStream(stream, 0, 10)).toHaveLength(1);
  });

  it('refuses a stream that is expected to exist and does not', async () => {
    const expected = { version: 3, hash: GENESIS_HASH };
    expect(await store.append({ ...request('{}'), expected })).toBe('version-conflict');
    expect(await store.readStream(stream, 0, 10)).toEqual([]);
  });

  it('lets exactly one of many concurrent writers win', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => store.append(request(`{"writer":${index}}`))),
    );
    expect(outcomes.filter((outcome) => outcome === 'appended')).toHaveLength(1);
    expect(await store.readStream(stream, 0, 50)).toHaveLength(1);
  });

  it('keeps the answer with the append, and the first one for good', async () => {
    const answer = {
      scope: 'org-1',
      key: `key-${count}`,
      fingerprint: Buffer.from('one'),
      body: '{"accepted":true}',
    };
    expect(await store.append({ ...request('{}'), answers: [answer] })).toBe('appended');
    const { version, hash } = await store.readHead(stream);
    const second = {
      stream,
      expected: { version, hash },
      events: chain(stream, { version, hash }, [event('{"again":1}')]),
      answers: [{ ...answer, body: '{"accepted":false}' }],
      outbox: [],
    };
    expect(await store.append(second)).toBe('answer-exists');
    expect(await store.readStream(stream, 0, 10)).toHaveLength(1);
    const [found] = await store.findAnswers([{ scope: 'org-2', key: answer.key }, answer]);
    expect(found).toMatchObject({ ...answer, fingerprint: Buffer.from('one') });
  });

  it('keeps an answer without events, also on a stream that has none yet', async () => {
    const answer = { scope: 's', key: `only-${count}`, fingerprint: Buffer.alloc(32), body: '{}' };
    expect(await store.append({ ...request(), answers: [answer] })).toBe('appended');
    expect(await store.append(request('{}'))).toBe('appended');
    expect((await store.readStream(stream, 0, 10)).map(({ version }) => version)).toEqual([1]);
    expect(await store.findAnswers([answer])).toHaveLength(1);
  });

  it('reads the log in order, page by page, every event once', async () => {
    await store.append(request('{"n":1}', '{"n":2}', '{"n":3}'));
    const seen: string[] = [];
    // Transactions of other test files hold the edge of the log back for a moment.
    for (let after = LOG_START; seen.length < 3; ) {
      const page = await store.readLog(after, 2);
      after = page.at(-1) ?? after;
      seen.push(...page.filter((one) => one.stream === stream).map(({ data }) => data));
    }
    expect(seen).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
  });

  it('keeps the newest snapshot', async () => {
    const snapshot = (version: number, schemaVersion = 1): Parameters<EventStore['saveSnapshot']>[1] => ({
      version,
      hash: GENESIS_HASH,
      schemaVersion,
      state: `{"at":${version}}`,
    });
    expect(await store.loadSnapshot(stream)).toBeNull();
    await store.saveSnapshot(stream, snapshot(5));
    await store.saveSnapshot(stream, snapshot(3));
    expect(await store.loadSnapshot(stream)).toMatchObject({ version: 5, state: '{"at":5}' });
    await store.saveSnapshot(stream, snapshot(4, 2));
    expect(await store.loadSnapshot(stream)).toMatchObject({ version: 4, schemaVersion: 2 });
  });

  it('serves a locked stream to one writer at a time', async () => {
    const order: string[] = [];
    const work = (name: string): Promise<void> =>
      store.withLockedStream(stream, async (locked) => {
        order.push(`${name} in`);
        const events = chain(stream, locked.head, [event(`{"by":"${name}"}`)]);
        const { head: expected } = locked;
        await locked.append({ stream, expected, events, answers: [], outbox: [] });
        order.push(`${name} out`);
      });
    await store.append(request('{}'));
    await Promise.all([work('a'), work('b'), work('c')]);
    const entered = order.filter((entry) => entry.endsWith('in'));
    expect(order).toEqual(entered.flatMap((entry) => [entry, entry.replace('in', 'out')]));
    expect((await store.readStream(stream, 0, 10)).map(({ version }) => version)).toEqual([1, 2, 3, 4]);
  });

  describe('stream writer', () => {
    const counter = (): StreamId => streamId('counter', String(count));
    const writerOf = (units: number, id = counter()): StreamWriter<any, any, any, any, any> =>
      new StreamWriter(store, counterDefinition(units), id, hooks);

    it('gives 100 units to exactly 100 of 200 concurrent takers', async () => {
      const writer = writerOf(100);
      const outcomes = await Promise.all(
        Array.from({ length: 200 }, (_, index) => writer.execute(take(`t${count}-${index}`))),
      );
      expect(outcomes.filter(({ accepted }) => accepted)).toHaveLength(100);
      expect(outcomes.filter((one) => !one.accepted).map((one) => one.rejection.code)).toEqual(
        Array.from({ length: 100 }, () => 'NONE_LEFT'),
      );
      expect(await store.readStream(counter(), 0, 500)).toHaveLength(100);
    });

    it('answers 20 equal requests at once with one event', async () => {
      const writer = writerOf(100);
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => writer.execute(take(`same-${count}`))),
      );
      expect(new Set(outcomes.map((one) => JSON.stringify(one))).size).toBe(1);
      expect(await store.readStream(counter(), 0, 500)).toHaveLength(1);
    });

    it('answers a repeated key from the store after a restart, rejections too', async () => {
      const first = await writerOf(1).execute(take(`again-${count}`));
      const refused = await writerOf(1).execute(take(`none-${count}`, 2));
      const restarted = writerOf(1);
      expect(await restarted.execute(take(`again-${count}`))).toEqual(first);
      expect(await restarted.execute(take(`none-${count}`, 2))).toEqual(refused);
      expect(await store.readStream(counter(), 0, 10)).toHaveLength(1);
    });

    it('refuses a key with other content, in memory, in the same batch and from the store', async () => {
      const key = `key-${count}`;
      const writer = writerOf(10);
      const [first, second] = await Promise.allSettled([
        writer.execute(take('one', 1, key)),
        writer.execute(take('one', 2, key)),
      ]);
      expect([first.status, second.status]).toEqual(['fulfilled', 'rejected']);
      const mismatch = { code: 'IDEMPOTENCY_MISMATCH' };
      await expect(writer.execute(take('one', 3, key))).rejects.toMatchObject(mismatch);
      await expect(writerOf(10).execute(take('one', 3, key))).rejects.toMatchObject(mismatch);
      expect(await store.readStream(counter(), 0, 10)).toHaveLength(1);
    });

    it('treats the same key of another tenant as new', async () => {
      const writer = writerOf(10);
      await writer.execute(take('one', 1, `k-${count}`, 'tenant-a'));
      const other = await writer.execute(take('two', 5, `k-${count}`, 'tenant-b'));
      expect(other).toEqual({ accepted: true, answer: { taker: 'two', left: 4 } });
    });

    it('stays correct with several writers on one stream', async () => {
      const writers = [writerOf(150), writerOf(150), writerOf(150)];
      const outcomes = await Promise.all(
        Array.from({ length: 240 }, (_, index) =>
          writers[index % 3]!.execute(take(`w${count}-${index}`)),
        ),
      );
      expect(outcomes.filter(({ accepted }) => accepted)).toHaveLength(150);
      const events = await store.readStream(counter(), 0, 500);
      expect(events.map(({ version }) => version)).toEqual(
        Array.from({ length: 150 }, (_, index) => index + 1),
      );
      let before: Buffer = GENESIS_HASH;
      for (const one of events) {
        expect(isIntact(before, one)).toBe(true);
        before = one.hash;
      }
    });

    it('starts from a snapshot and folds the tail', async () => {
      const writer = writerOf(1_000);
      for (let index = 0; index < 120; index += 1) await writer.execute(take(`s${count}-${index}`));
      const snapshot = await store.loadSnapshot(counter());
      expect(snapshot?.version).toBeGreaterThanOrEqual(50);
      expect(await writerOf(1_000).read(({ left }) => left)).toBe(880);
    });

    it('turns callers away when its queue is full', async () => {
      const limits = { ...DEFAULT_LIMITS, queueLengthMax: 2 };
      const writer = new StreamWriter(store, counterDefinition(9), counter(), hooks, limits);
      const outcomes = await Promise.allSettled(
        ['a', 'b', 'c'].map((name) => writer.execute(take(`${name}-${count}`))),
      );
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    });

    it('keeps a bug in one decision from its neighbours', async () => {
      const definition = counterDefinition(9);
      const { decider } = definition;
      const writer = new StreamWriter(
        store,
        {
          ...definition,
          decider: {
            ...decider,
            decide: (command, state) => {
              if (command.taker.startsWith('bug')) throw new Error('a bug');
              return decider.decide(command, state);
            },
          },
        },
        counter(),
        hooks,
      );
      const outcomes = await Promise.allSettled(
        ['a', 'bug', 'c'].map((name) => writer.execute(take(`${name}-${count}`))),
      );
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(await store.readStream(counter(), 0, 10)).toHaveLength(2);
    });
  });
});
