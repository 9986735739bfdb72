import type { Instant } from '../kernel/time.js';
import type { ChainedEvent, LogPosition, RecordedEvent, StreamId } from './event.js';
import type { SnapshotPiece } from './snapshot-piece.js';

/** The first answer to an idempotency key, kept to be given again. */
export interface StoredAnswer {
  /** Who the key belongs to: an organization, or a system process. */
  readonly scope: string;
  readonly key: string;
  /** SHA-256 of the command's content: the same key with other content is a mismatch. */
  readonly fingerprint: Buffer;
  /** JSON text of the outcome. */
  readonly body: string;
}

export interface AnswerKey {
  readonly scope: string;
  readonly key: string;
}

/** A job to run at or after an instant. At most one with the same queue and dedupe key exists. */
export interface OutboxMessage {
  readonly queue: string;
  readonly job: string;
  readonly dedupeKey: string;
  /** JSON text. */
  readonly payload: string;
  readonly runAt: Instant;
}

/** The newest event of a stream; version 0 and the genesis hash when it has none. */
export interface StreamHead {
  readonly version: number;
  readonly hash: Buffer;
}

export interface AppendRequest {
  readonly stream: StreamId;
  /** What the writer believes the head to be: version and hash must both be the stream's. */
  readonly expected: StreamHead;
  /** Already chained behind `expected`; may be empty when only answers are kept. */
  readonly events: readonly ChainedEvent[];
  readonly answers: readonly StoredAnswer[];
  readonly outbox: readonly OutboxMessage[];
}

/**
 * - `appended`: committed and durable.
 * - `version-conflict`: somebody else wrote first; nothing was written.
 * - `answer-exists`: one of the keys has an answer already; nothing was written.
 */
export type AppendOutcome = 'appended' | 'version-conflict' | 'answer-exists';

export interface Snapshot {
  readonly version: number;
  readonly hash: Buffer;
  /** Version of the state's shape; another one than the reader's is ignored. */
  readonly schemaVersion: number;
  readonly state: string;
}

/** A snapshot on its way into the store, whose text may come in pieces. */
export type SnapshotToKeep = Omit<Snapshot, 'state'> & { readonly state: string | readonly SnapshotPiece[] };

/** A stream locked by one writer until the callback ends: reads see the newest commit. */
export interface LockedStream {
  readonly head: StreamHead;
  readTail(afterVersion: number): Promise<RecordedEvent[]>;
  findAnswers(keys: readonly AnswerKey[]): Promise<StoredAnswer[]>;
  append(request: AppendRequest): Promise<AppendOutcome>;
}

/**
 * Appends that follow one another without waiting, two at a time: each is sent while the one before
 * is under way, and they commit in the order given. One that fails takes those behind it along, because they expect
 * the head that it would have made.
 */
export interface Appender {
  append(request: AppendRequest): Promise<AppendOutcome>;
  /** When every append has ended. */
  release(): void;
}

/**
 * Streams of events with gapless versions, a hash chain each, and what must commit with them.
 *
 * Errors of the medium (connection lost, disk full) are thrown as they come; whether the append
 * took place is then unknown, and the caller finds out through the answers' keys.
 */
export interface EventStore {
  /** One statement, one commit. */
  append(request: AppendRequest): Promise<AppendOutcome>;
  openAppender(): Promise<Appender>;
  /** Runs the callback with the stream locked against every other writer, then commits. */
  withLockedStream<T>(stream: StreamId, work: (locked: LockedStream) => Promise<T>): Promise<T>;
  /** Events after a version in version order, at most `limit`. */
  readStream(stream: StreamId, afterVersion: number, limit: number): Promise<RecordedEvent[]>;
  /**
   * Events after a place in the log, in (transaction id, position) order, none of which can still
   * be overtaken by a transaction in flight.
   */
  readLog(after: LogPosition, limit: number): Promise<RecordedEvent[]>;
  readHead(stream: StreamId): Promise<StreamHead>;
  findAnswers(keys: readonly AnswerKey[]): Promise<StoredAnswer[]>;
  loadSnapshot(stream: StreamId): Promise<Snapshot | null>;
  /** An older snapshot never replaces a newer one. Of pieces those are written that the one before has not. */
  saveSnapshot(stream: StreamId, snapshot: SnapshotToKeep): Promise<void>;
  /** Streams whose id starts with a text, in the order of their bytes, page by page. */
  listStreams(prefix: string, afterId: string, limit: number): Promise<StreamId[]>;
}
