import { chain } from '../../src/eventstore/hash-chain.js';
import { LOG_START, type EncodedEvent, type StreamId } from '../../src/eventstore/event.js';
import type { AppendOutcome, EventStore } from '../../src/eventstore/event-store.js';
import type { Instant } from '../../src/kernel/time.js';
import { until } from './until.js';

/** An event that says nothing, for tests of the log itself. */
export const HAPPENED: EncodedEvent = {
  ...{ type: 'Happened', schemaVersion: 1, data: '{}', metadata: '{}' },
  occurredAt: 1_795_000_000_000 as Instant,
};

/** So many of it, as one commit. */
export async function appendHappened(store: EventStore, stream: StreamId, count = 1): Promise<AppendOutcome> {
  const expected = await store.readHead(stream);
  const events = chain(stream, expected, Array.from({ length: count }, () => HAPPENED));
  return store.append({ stream, expected, events, answers: [], outbox: [] });
}

/**
 * Transactions of other test files on the same server hold the log's edge back too: waits until the
 * edge has passed so many events. It never moves back.
 */
export async function untilReadable(store: EventStore, count: number): Promise<void> {
  await until(() => store.readLog(LOG_START, count), (events) => events.length >= count);
}
