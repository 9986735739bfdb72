import type {
  Appender,
  AppendOutcome,
  AppendRequest,
  EventStore,
  LockedStream,
} from '../../src/eventstore/event-store.js';
import type { StreamId } from '../../src/eventstore/event.js';
import type { Random } from './random.js';

export class CrashError extends Error {}

/** What a store forwards as it is. */
type Reads = Omit<EventStore, 'append' | 'openAppender' | 'withLockedStream'>;

/**
 * A store that fails as stores do: before anything was written, or after it was committed and before
 * the answer came back. `restart` is a new process on the same data.
 */
export function crashingStore(inner: EventStore, random: Random, probability: number): EventStore {
  const endangered = async <T>(work: () => Promise<T>): Promise<T> => {
    if (random.chance(probability)) throw new CrashError('lost before the commit');
    const result = await work();
    if (random.chance(probability)) throw new CrashError('lost after the commit');
    return result;
  };
  const append = (request: AppendRequest): Promise<AppendOutcome> =>
    endangered(() => inner.append(request));
  const reads: Reads = {
    readStream: (...given) => inner.readStream(...given),
    readLog: (...given) => inner.readLog(...given),
    readHead: (stream) => inner.readHead(stream),
    findAnswers: (keys) => inner.findAnswers(keys),
    loadSnapshot: (stream) => inner.loadSnapshot(stream),
    saveSnapshot: (...given) => inner.saveSnapshot(...given),
    listStreams: (...given) => inner.listStreams(...given),
  };
  return {
    ...reads,
    append,
    openAppender: async (): Promise<Appender> => ({ append, release: () => undefined }),
    withLockedStream: <T>(
      stream: StreamId,
      work: (locked: LockedStream) => Promise<T>,
    ): Promise<T> => endangered(() => inner.withLockedStream(stream, work)),
  };
}
