import type { EventStore } from './event-store.js';
import type { StreamId } from './event.js';

/** Ids asked for at once. */
const PAGE = 1_000;

/** Streams whose id starts with a text, in the order of their bytes, one after another and however many: all that any process has committed. */
export async function* streamsStartingWith(
  store: Pick<EventStore, 'listStreams'>,
  start: string,
  page = PAGE,
): AsyncGenerator<StreamId> {
  for (let after = ''; ; ) {
    const found = await store.listStreams(start, after, page);
    yield* found;
    const last = found.at(-1);
    if (last === undefined || found.length < page) return;
    after = last;
  }
}
