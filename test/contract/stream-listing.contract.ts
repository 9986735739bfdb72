import { streamId, type StreamId } from '../../src/eventstore/event.js';
import type { EventStore } from '../../src/eventstore/event-store.js';
import { chain, GENESIS_HASH } from '../../src/eventstore/hash-chain.js';
import { streamsStartingWith } from '../../src/eventstore/stream-listing.js';
import type { Instant } from '../../src/kernel/time.js';
import { EVENT_STORES, type StoreHarness } from '../support/event-stores.js';

const at = 1_795_000_000_123 as Instant;
const genesis = { version: 0, hash: GENESIS_HASH };

async function begin(store: EventStore, stream: StreamId): Promise<void> {
  const happened = { type: 'Happened', schemaVersion: 1, data: '{}', metadata: '{}', occurredAt: at };
  const events = chain(stream, genesis, [happened]);
  expect(await store.append({ stream, expected: genesis, events, answers: [], outbox: [] })).toBe('appended');
}

describe.each(EVENT_STORES)('streams listed by how they begin: %s', (_name, open) => {
  let harness: StoreHarness;
  const ids = ['m@b', 'm@a', 'm@A', 'm-2@a', 'M@a', 'm', 'n@a'];

  beforeAll(async () => {
    harness = await open();
    for (const id of ids) await begin(harness.store, streamId('listed', id));
  });
  afterAll(() => harness.close());

  it('come in the order of their bytes', async () => {
    expect(await harness.store.listStreams('listed-m@', '', 10)).toEqual(['listed-m@A', 'listed-m@a', 'listed-m@b']);
    expect(await harness.store.listStreams('listed-', '', 100)).toEqual(ids.map((id) => `listed-${id}`).sort());
    expect(await harness.store.listStreams('', '', 100)).toHaveLength(ids.length);
    expect(await harness.store.listStreams('other-', '', 100)).toEqual([]);
  });

  it('come page by page', async () => {
    expect(await harness.store.listStreams('listed-m@', 'listed-m@A', 1)).toEqual(['listed-m@a']);
    expect(await harness.store.listStreams('listed-m@', 'listed-m@b', 1)).toEqual([]);
  });

  it.each([1, 2, 3, 7, 8])('come one after another, each once, in pages of %i', async (page) => {
    const found: string[] = [];
    for await (const stream of streamsStartingWith(harness.store, 'listed-', page)) found.push(stream);
    expect(found).toEqual(ids.map((id) => `listed-${id}`).sort());
  });
});
