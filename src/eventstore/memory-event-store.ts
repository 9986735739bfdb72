import {
  isAfter,
  type LogPosition,
  type RecordedEvent,
  type StreamId,
} from './event.js';
import type {
  AnswerKey,
  Appender,
  AppendOutcome,
  AppendRequest,
  EventStore,
  LockedStream,
  OutboxMessage,
  Snapshot,
  SnapshotToKeep,
  StoredAnswer,
  StreamHead,
} from './event-store.js';
import { GENESIS_HASH } from './hash-chain.js';
import type { SnapshotPiece } from './snapshot-piece.js';

const answerId = ({ scope, key }: AnswerKey): string => JSON.stringify([scope, key]);

/** The same contract in memory: for specs, properties and the simulation. Nothing is durable. */
export class MemoryEventStore implements EventStore {
  readonly outbox = new Map<string, OutboxMessage>();
  private readonly streams = new Map<StreamId, RecordedEvent[]>();
  private readonly answers = new Map<string, StoredAnswer>();
  private readonly snapshots = new Map<StreamId, Snapshot>();
  private readonly pieces = new Map<StreamId, ReadonlyMap<string, string>>();
  private readonly locks = new Map<StreamId, Promise<unknown>>();
  private readonly log: RecordedEvent[] = [];
  private transactionId = 0n;

  async append(request: AppendRequest): Promise<AppendOutcome> {
    return this.exclusively(request.stream, () => this.appendNow(request));
  }

  async openAppender(): Promise<Appender> {
    return { append: (request) => this.append(request), release: () => undefined };
  }

  async withLockedStream<T>(
    stream: StreamId,
    work: (locked: LockedStream) => Promise<T>,
  ): Promise<T> {
    return this.exclusively(stream, async () =>
      work({
        head: this.headOf(stream),
        readTail: (afterVersion) => this.readStream(stream, afterVersion, this.log.length),
        findAnswers: (keys) => this.findAnswers(keys),
        append: async (request) => this.appendNow(request),
      }),
    );
  }

  async readStream(
    stream: StreamId,
    afterVersion: number,
    limit: number,
  ): Promise<RecordedEvent[]> {
    return this.eventsOf(stream).slice(afterVersion, afterVersion + limit);
  }

  async readLog(after: LogPosition, limit: number): Promise<RecordedEvent[]> {
    return this.log.filter((event) => isAfter(event, after)).slice(0, limit);
  }

  async readHead(stream: StreamId): Promise<StreamHead> {
    return this.headOf(stream);
  }

  async findAnswers(keys: readonly AnswerKey[]): Promise<StoredAnswer[]> {
    return keys.flatMap((key) => this.answers.get(answerId(key)) ?? []);
  }

  async loadSnapshot(stream: StreamId): Promise<Snapshot | null> {
    return this.snapshots.get(stream) ?? null;
  }

  async saveSnapshot(stream: StreamId, { state, ...snapshot }: SnapshotToKeep): Promise<void> {
    const before = this.snapshots.get(stream);
    const isNewer =
      before === undefined ||
      before.version < snapshot.version ||
      before.schemaVersion !== snapshot.schemaVersion;
    if (isNewer) this.snapshots.set(stream, { ...snapshot, state: typeof state === 'string' ? state : this.keepPieces(stream, state) });
  }

  /** As a database does: of pieces that are there already none is written again. */
  private keepPieces(stream: StreamId, pieces: readonly SnapshotPiece[]): string {
    const before = this.pieces.get(stream);
    const kept = new Map(pieces.map((piece) => [piece.name, before?.get(piece.name) ?? piece.text()]));
    this.pieces.set(stream, kept);
    return pieces.map(({ name }) => kept.get(name)).join('');
  }

  async listStreams(prefix: string, afterId: string, limit: number): Promise<StreamId[]> {
    return [...this.streams.keys()]
      .filter((id) => id > afterId && id.startsWith(prefix))
      .sort()
      .slice(0, limit);
  }

  /** What every way to append comes down to. */
  protected appendNow(request: AppendRequest): AppendOutcome {
    const { stream, expected, events, answers, outbox } = request;
    const { version, hash } = this.headOf(stream);
    const isExpected = version === expected.version && hash.equals(expected.hash);
    if (!isExpected) return 'version-conflict';
    if (answers.some((answer) => this.answers.has(answerId(answer)))) return 'answer-exists';
    this.transactionId += 1n;
    const own = this.eventsOf(stream);
    for (const event of events) {
      const position = BigInt(this.log.length + 1);
      const recorded = { ...event, position, transactionId: this.transactionId };
      own.push(recorded);
      this.log.push(recorded);
    }
    this.streams.set(stream, own);
    for (const answer of answers) this.answers.set(answerId(answer), answer);
    for (const message of outbox) {
      const id = JSON.stringify([message.queue, message.dedupeKey]);
      if (!this.outbox.has(id)) this.outbox.set(id, message);
    }
    return 'appended';
  }

  private eventsOf(stream: StreamId): RecordedEvent[] {
    return this.streams.get(stream) ?? [];
  }

  private headOf(stream: StreamId): StreamHead {
    return this.eventsOf(stream).at(-1) ?? { version: 0, hash: GENESIS_HASH };
  }

  /** One at a time for each stream, in the order asked. */
  private async exclusively<T>(stream: StreamId, work: () => T | Promise<T>): Promise<T> {
    const before = this.locks.get(stream) ?? Promise.resolve();
    const current = before.then(work, work);
    this.locks.set(stream, current);
    return current;
  }
}
