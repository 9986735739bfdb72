import { beginningOf, quotedText } from '../kernel/json-text.js';
import { sortedNames } from '../kernel/sorted-names.js';
import { SnapshotPiece, textOf, WrittenEntries } from './snapshot-piece.js';
import type { SnapshotCodec } from './stream-definition.js';

/** So many pieces become one text: what is joined at once has no pieces of pieces. */
const PIECES_MAX = 4_096;

/**
 * JSON has neither maps nor bigints: each stands as an object of one named member. Members are
 * sorted, so that equal states have equal text however they came about. Written piece by piece into
 * a list that is joined: a replacer would make every object anew, and adding text to text leaves a
 * tree of millions of parts.
 */
class SnapshotWriter {
  private readonly pieces: string[] = [];
  private readonly texts: string[] = [];
  private readonly done: SnapshotPiece[] = [];

  finish(): readonly SnapshotPiece[] {
    this.cut();
    return this.done;
  }

  /** What was written since the last cut is a piece. */
  private cut(): void {
    this.texts.push(this.pieces.splice(0).join(''));
    const text = this.texts.splice(0).join('');
    this.done.push(new SnapshotPiece(text.length, () => text));
  }

  write(value: unknown): void {
    if (this.pieces.length >= PIECES_MAX) this.texts.push(this.pieces.splice(0).join(''));
    switch (typeof value) {
      case 'bigint':
        this.pieces.push('{"bigint":"', value.toString(), '"}');
        return;
      case 'object':
        if (value === null) this.pieces.push('null');
        else this.writeObject(value);
        return;
      case 'string':
        this.pieces.push(quotedText(value));
        return;
      default:
        this.pieces.push(JSON.stringify(value));
    }
  }

  private writeObject(value: object): void {
    if (Array.isArray(value)) this.writeList(value);
    else if (value instanceof Map) {
      this.pieces.push('{"map":');
      this.writeList(value);
      this.pieces.push('}');
    } else if (value instanceof WrittenEntries) {
      this.pieces.push('{"map":[');
      this.cut();
      this.done.push(...value.pieces);
      this.pieces.push(']}');
    } else this.writeMembers(value as Readonly<Record<string, unknown>>);
  }

  private writeMembers(members: Readonly<Record<string, unknown>>): void {
    this.pieces.push('{');
    let isFirst = true;
    for (const name of sortedNames(Object.keys(members))) {
      const member = members[name];
      if (member === undefined) continue;
      const { first, next } = beginningOf(name);
      this.pieces.push(isFirst ? first : next);
      this.write(member);
      isFirst = false;
    }
    this.pieces.push('}');
  }

  private writeList(values: Iterable<unknown>): void {
    let before = '[';
    for (const value of values) {
      this.pieces.push(before);
      this.write(value);
      before = ',';
    }
    this.pieces.push(before === '[' ? '[]' : ']');
  }
}

/** What `encode` writes of a state, or of a part of one. */
export const snapshotText = (state: unknown): string => textOf(snapshotPieces(state));

/** The same in pieces: those that parts of the state are written in already, and what stands between them. */
export function snapshotPieces(state: unknown): readonly SnapshotPiece[] {
  const writer = new SnapshotWriter();
  writer.write(state);
  return writer.finish();
}

/** Unpacks what was parsed, in its place: a reviver would be called for every number and text. */
function unpack(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return unpackList(value);
  const { bigint, map } = value as { readonly bigint?: unknown; readonly map?: unknown };
  if (typeof bigint === 'string') return BigInt(bigint);
  if (Array.isArray(map)) return new Map(unpackList(map) as [unknown, unknown][]);
  const members = value as Record<string, unknown>;
  for (const name of Object.keys(members)) {
    const member = members[name];
    if (typeof member === 'object') members[name] = unpack(member);
  }
  return members;
}

function unpackList(values: unknown[]): unknown[] {
  for (let index = 0; index < values.length; index += 1) values[index] = unpack(values[index]);
  return values;
}

/** Snapshots of states made of plain objects, arrays, maps, bigints, numbers and text. */
export function jsonSnapshot<State>(settings: {
  readonly schemaVersion: number;
  readonly everyEvents: number;
}): SnapshotCodec<State> {
  return {
    ...settings,
    encode: snapshotText,
    decode: (text) => unpack(JSON.parse(text)) as State,
  };
}
