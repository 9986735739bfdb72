import type { LogPosition, RecordedEvent, StreamId } from '../../src/eventstore/event.js';
import type {
  AnswerKey,
  Appender,
  AppendOutcome,
  AppendRequest,
  EventStore,
  LockedStream,
  Snapshot,
  StoredAnswer,
  StreamHead,
} from '../../src/eventstore/event-store.js';
import type { Line, Network } from './network.js';

/** The shared store as one process reaches it: over a line that can be slow, lossy or cut. */
export class DistantStore implements EventStore {
  constructor(
    private readonly store: EventStore,
    private readonly network: Network,
    private readonly line: Line,
  ) {}

  append(request: AppendRequest): Promise<AppendOutcome> {
    return this.ask(() => this.store.append(request));
  }

  /** One connection: its requests arrive in the order they are sent, or not at all. */
  async openAppender(): Promise<Appender> {
    const appender = await this.ask(() => this.store.openAppender());
    let before = Promise.resolve();
    let underWay = 0;
    const append = (request: AppendRequest): Promise<AppendOutcome> => {
      const turn = before;
      let end: () => void = () => undefined;
      if (underWay > 0) this.network.counts.sentAhead += 1;
      underWay += 1;
      before = new Promise((resolve) => {
        end = resolve;
      });
      const answer = this.ask(async () => {
        await turn;
        return appender.append(request).finally(end);
      });
      return answer.finally(() => {
        underWay -= 1;
        end();
      });
    };
    return { append, release: () => appender.release() };
  }

  /** A line that is cut while the lock is held makes the work fail, which gives the lock back. */
  withLockedStream<T>(
    stream: StreamId,
    work: (locked: LockedStream) => Promise<T>,
  ): Promise<T> {
    return this.ask(() =>
      this.store.withLockedStream(stream, (locked) =>
        work({
          head: locked.head,
          readTail: (afterVersion) => this.ask(() => locked.readTail(afterVersion)),
          findAnswers: (keys) => this.ask(() => locked.findAnswers(keys)),
          append: (request) => this.ask(() => locked.append(request)),
        }),
      ),
    );
  }

  readStream(stream: StreamId, afterVersion: number, limit: number): Promise<RecordedEvent[]> {
    return this.ask(() => this.store.readStream(stream, afterVersion, limit));
  }

  readLog(after: LogPosition, limit: number): Promise<RecordedEvent[]> {
    return this.ask(() => this.store.readLog(after, limit));
  }

  readHead(stream: StreamId): Promise<StreamHead> {
    return this.ask(() => this.store.readHead(stream));
  }

  findAnswers(keys: readonly AnswerKey[]): Promise<StoredAnswer[]> {
    return this.ask(() => this.store.findAnswers(keys));
  }

  loadSnapshot(stream: StreamId): Promise<Snapshot | null> {
    return this.ask(() => this.store.loadSnapshot(stream));
  }

  saveSnapshot(stream: StreamId, snapshot: Snapshot): Promise<void> {
    return this.ask(() => this.store.saveSnapshot(stream, snapshot));
  }

  listStreams(prefix: string, afterId: string, limit: number): Promise<StreamId[]> {
    return this.ask(() => this.store.listStreams(prefix, afterId, limit));
  }

  private ask<T>(operation: () => Promise<T>): Promise<T> {
    return this.network.exchange(this.line, operation);
  }
}
