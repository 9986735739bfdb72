import { snapshotText } from './json-snapshot.js';
import { SnapshotPiece, WrittenEntries } from './snapshot-piece.js';

/** A value as it was when it was written. */
interface Written {
  readonly marks: readonly unknown[];
  /** With its id, as an entry of its map. */
  readonly text: string;
  readonly isLast: boolean;
}

/** A run of entries that one piece is made of. */
interface Run {
  readonly entries: readonly Written[];
  /** Whether entries come behind it. */
  readonly isFollowed: boolean;
  readonly piece: SnapshotPiece;
}

/** In one go: a few milliseconds at most. */
const LOOKED_AT_MAX = 2_000;
/** An event changes a value or two; a round through all of them takes no more events than these. */
const LOOKED_AT_PER_EVENT = 2;
const EVENTS_OF_A_ROUND = 25_000;
const WRITTEN_MAX = 256;
/** Entries of a piece: about so many, and never more than so many. */
const ENTRIES = 64;
const ENTRIES_MAX = 512;

/**
 * What the values of a map are in a snapshot, kept from one to the next. Nearly all of a large state
 * does not change any more, and nobody is served while a snapshot is taken.
 *
 * Their text comes in pieces. Where one ends is said by the id of its last entry, so that what comes, goes or changes
 * leaves all other pieces as they were.
 */
export class KeptTexts<Id extends string, Value extends object> {
  private readonly written = new WeakMap<Value, Written>();
  private readonly walks = new WeakMap<ReadonlyMap<Id, Value>, Iterator<readonly [Id, Value]>>();
  /** By the first entry of each. */
  private readonly runs = new WeakMap<Written, Run>();

  /** @param marksOf all of a value that changes in its place: immutable values, compared as they are */
  constructor(private readonly marksOf: (value: Value) => readonly unknown[]) {}

  /** The map as a snapshot has it. */
  of(values: ReadonlyMap<Id, Value>): WrittenEntries {
    const pieces: SnapshotPiece[] = [];
    let entries: Written[] = [];
    let left = values.size;
    for (const [id, value] of values) {
      const entry = this.knownOf(value) ?? this.write(id, value);
      entries.push(entry);
      left -= 1;
      if (left > 0 && !entry.isLast && entries.length < ENTRIES_MAX) continue;
      pieces.push(this.pieceOf(entries, left > 0));
      entries = [];
    }
    return new WrittenEntries(pieces);
  }

  /**
   * After so many events, writes some of those that are not written as they are: what is done ahead is
   * not waited for.
   */
  writeAhead(values: ReadonlyMap<Id, Value>, events: number): void {
    const walk = this.walks.get(values) ?? values.entries();
    this.walks.set(values, walk);
    const perEvent = LOOKED_AT_PER_EVENT + Math.floor(values.size / EVENTS_OF_A_ROUND);
    const lookedAtMax = Math.min(events * perEvent, LOOKED_AT_MAX);
    let left = WRITTEN_MAX;
    for (let looked = 0; looked < lookedAtMax && left > 0; looked += 1) {
      const step = walk.next();
      if (step.done === true) {
        this.walks.delete(values);
        return;
      }
      const [id, value] = step.value;
      if (this.knownOf(value) !== null) continue;
      this.write(id, value);
      left -= 1;
    }
  }

  private knownOf(value: Value): Written | null {
    const known = this.written.get(value);
    if (known === undefined) return null;
    const marks = this.marksOf(value);
    return known.marks.every((mark, index) => mark === marks[index]) ? known : null;
  }

  private write(id: Id, value: Value): Written {
    const entry = { marks: this.marksOf(value), text: snapshotText([id, value]), isLast: endsPiece(id) };
    this.written.set(value, entry);
    return entry;
  }

  private pieceOf(entries: readonly Written[], isFollowed: boolean): SnapshotPiece {
    const first = entries[0] as Written;
    const known = this.runs.get(first);
    if (known !== undefined && known.isFollowed === isFollowed && isSame(known.entries, entries)) return known.piece;
    const commas = entries.length - 1 + Number(isFollowed);
    const length = entries.reduce((sum, { text }) => sum + text.length, commas);
    const piece = new SnapshotPiece(length, () => entries.map(({ text }) => text).join(',') + (isFollowed ? ',' : ''));
    this.runs.set(first, { entries, isFollowed, piece });
    return piece;
  }
}

const isSame = (one: readonly Written[], other: readonly Written[]): boolean =>
  one.length === other.length && one.every((entry, index) => entry === other[index]);

/** Of about one id in so many; the same for an id each time. FNV-1a. */
function endsPiece(id: string): boolean {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  return ((hash >>> 0) ^ (hash >>> 16)) % ENTRIES === 0;
}
