import type { Decider } from '../kernel/decider.js';
import type { Instant } from '../kernel/time.js';
import type { EventCodec } from './event-codec.js';
import type { EventMetadata, StreamId } from './event.js';
import type { OutboxMessage } from './event-store.js';
import type { SnapshotPiece } from './snapshot-piece.js';

/** How a state is kept between restarts; a new `schemaVersion` makes older snapshots ignored. */
export interface SnapshotCodec<State> {
  readonly schemaVersion: number;
  /** A snapshot is taken when this many events have come since the last one. */
  readonly everyEvents: number;
  encode(state: State): string;
  /** The same text in pieces, of which only those that are new are written: for large states that change little. */
  pieces?(state: State): readonly SnapshotPiece[];
  /** Does a part of the next `encode` ahead, after every batch of events: nobody is served while one runs. */
  prepare?(state: State, events: number): void;
  decode(text: string): State;
}

/**
 * Everything the log needs to know of one kind of stream. `Answer` is what a caller is told and
 * what is kept for the idempotency key: JSON-safe, so that a replay is the same to the byte.
 */
export interface StreamDefinition<State, Command, Event, Rejection, Answer> {
  /** First part of the stream ids: `market-…`. */
  readonly category: string;
  readonly decider: Decider<State, Command, Event, Rejection>;
  readonly codec: EventCodec<Event>;
  /** What the accepted command is answered with; `state` already holds its events. */
  readonly answer: (command: Command, events: readonly Event[], state: State) => Answer;
  /** Jobs that must run because of an event that is decided on at `now`. */
  readonly schedule: (event: Event, stream: StreamId, now: Instant) => readonly OutboxMessage[];
  readonly snapshot: SnapshotCodec<State>;
  /** Throws when the state breaks an invariant of its kind. */
  readonly audit: (state: State) => void;
}

/** A value as JSON gives it back: bigints have become decimal text. */
export type JsonOf<T> = T extends bigint
  ? string
  : T extends string | number | boolean | null
    ? T
    : { readonly [Key in keyof T]: JsonOf<T[Key]> };

/** What a caller of the writer gets; the same for every replay of its idempotency key. */
export type Outcome<Answer, Rejection> =
  | { readonly accepted: true; readonly answer: Answer }
  | { readonly accepted: false; readonly rejection: JsonOf<Rejection> };

/** What a decision led to, before it is kept as JSON. */
export type DecidedOutcome<Answer, Rejection> =
  | { readonly accepted: true; readonly answer: Answer }
  | { readonly accepted: false; readonly rejection: Rejection };

/** One command on its way to a stream. */
export interface ExecuteRequest<Command> {
  readonly command: Command;
  /** When the command happens, by the product's clock; its events carry this instant. */
  readonly at: Instant;
  /** What it is when it is decided, which may be long after: jobs of before have run by then. Left out: as of `at`. */
  readonly clock?: (() => Instant) | undefined;
  readonly metadata: EventMetadata;
  /**
   * It may well have been asked before, however long ago: its answer is looked for first. A batch in which a key is found
   * to have an answer only as it is appended is decided again by all in it, from the store.
   */
  readonly isRepeat?: boolean;
  readonly idempotency: {
    readonly scope: string;
    readonly key: string;
    /** SHA-256 over the content that the caller sent. */
    readonly fingerprint: Buffer;
  };
}
