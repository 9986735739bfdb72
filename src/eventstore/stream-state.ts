import type { Decider } from '../kernel/decider.js';
import type { EventCodec } from './event-codec.js';
import type { EventStore, StreamHead } from './event-store.js';
import type { RecordedEvent, StreamId } from './event.js';
import { GENESIS_HASH } from './hash-chain.js';
import type { SnapshotPiece } from './snapshot-piece.js';
import type { SnapshotCodec } from './stream-definition.js';

/** A stream folded up to its head, and where its last snapshot stands. */
export interface LoadedStream<State> {
  readonly stream: StreamId;
  state: State;
  head: StreamHead;
  snapshotVersion: number;
  /** Characters that were written for it; 0 when there is none. */
  snapshotSize: number;
  /** While one is being written. */
  isBeingKept: boolean;
}

const PAGE = 5_000;

/** The part of a definition that folding needs. */
export interface Foldable<State, Event> {
  readonly decider: Pick<Decider<State, never, Event, never>, 'initialState' | 'evolve'>;
  readonly codec: EventCodec<Event>;
  readonly snapshot: SnapshotCodec<State>;
}

/** Newest snapshot, then the tail, page by page. */
export async function loadStream<State, Event>(
  store: EventStore,
  definition: Foldable<State, Event>,
  stream: StreamId,
): Promise<LoadedStream<State>> {
  const loaded = await fromSnapshot(store, definition, stream);
  await foldNewest(store, definition, loaded);
  return loaded;
}

/** Folds everything that was committed since. */
export async function foldNewest<State, Event>(
  store: EventStore,
  definition: Foldable<State, Event>,
  loaded: LoadedStream<State>,
): Promise<void> {
  for (;;) {
    const page = await store.readStream(loaded.stream, loaded.head.version, PAGE);
    foldTail(definition, loaded, page);
    if (page.length < PAGE) return;
  }
}

async function fromSnapshot<State, Event>(
  store: EventStore,
  { decider, snapshot }: Foldable<State, Event>,
  stream: StreamId,
): Promise<LoadedStream<State>> {
  const kept = await store.loadSnapshot(stream);
  if (kept === null || kept.schemaVersion !== snapshot.schemaVersion) {
    const head = { version: 0, hash: GENESIS_HASH };
    return { stream, state: decider.initialState(), head, snapshotVersion: 0, snapshotSize: 0, isBeingKept: false };
  }
  const { version, hash } = kept;
  const state = snapshot.decode(kept.state);
  const snapshotSize = kept.state.length;
  return { stream, state, head: { version, hash }, snapshotVersion: version, snapshotSize, isBeingKept: false };
}

/** Folds events that others appended. */
export function foldTail<State, Event>(
  { decider, codec }: Foldable<State, Event>,
  loaded: LoadedStream<State>,
  tail: readonly RecordedEvent[],
): void {
  for (const recorded of tail) {
    loaded.state = decider.evolve(loaded.state, codec.decode(recorded));
    loaded.head = recorded;
  }
}

/** So many are folded at most when a stream is loaded, however large its state. */
const EVENTS_BETWEEN_MAX = 50_000;

/** Large states are kept less often: what keeping them costs for each event stays bounded. */
export function isSnapshotDue<State>(
  { head, snapshotVersion, snapshotSize, isBeingKept }: LoadedStream<State>,
  { everyEvents }: Pick<SnapshotCodec<State>, 'everyEvents'>,
  sizePerEvent: number,
): boolean {
  return !isBeingKept && head.version - snapshotVersion >= eventsBetween(everyEvents, snapshotSize / sizePerEvent);
}

/** How many events lie between snapshots, and so at most behind the newest. */
export function eventsBetween(everyEvents: number, affordable: number): number {
  return Math.max(everyEvents, Math.min(affordable, EVENTS_BETWEEN_MAX));
}

/** Characters of a snapshot at most: as one text it is loaded again. */
export const SNAPSHOT_LENGTH_MAX = 2 ** 28;

/** What a piece that stayed costs, in characters: it was looked at. */
const PIECE_COST = 3_000;

/**
 * Writes the state down as it is now. What is to be written is settled when this returns; that it is written, later.
 *
 * @throws RangeError the snapshot would have more than {@link SNAPSHOT_LENGTH_MAX} characters; the one before stays
 */
export async function keepSnapshot<State>(
  store: EventStore,
  { snapshot }: { readonly snapshot: SnapshotCodec<State> },
  loaded: LoadedStream<State>,
): Promise<void> {
  const { version, hash } = loaded.head;
  const { schemaVersion } = snapshot;
  const state = snapshot.pieces?.(loaded.state) ?? snapshot.encode(loaded.state);
  loaded.snapshotVersion = version;
  loaded.snapshotSize = typeof state === 'string' ? state.length : costOf(state);
  if (lengthOf(state) > SNAPSHOT_LENGTH_MAX) throw new RangeError(`a snapshot of ${lengthOf(state)} characters; at most ${SNAPSHOT_LENGTH_MAX}`);
  loaded.isBeingKept = true;
  await store.saveSnapshot(loaded.stream, { version, hash, schemaVersion, state }).finally(() => (loaded.isBeingKept = false));
}

const costOf = (pieces: readonly SnapshotPiece[]): number =>
  pieces.reduce((sum, piece) => sum + PIECE_COST + (piece.isNamed ? 0 : piece.length), 0);

const lengthOf = (state: string | readonly SnapshotPiece[]): number =>
  typeof state === 'string' ? state.length : state.reduce((sum, { length }) => sum + length, 0);
