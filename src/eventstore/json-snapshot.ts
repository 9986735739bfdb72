import { quotedName } from '../kernel/json-text.js';
import type { SnapshotCodec } from './stream-definition.js';

/**
 * JSON has neither maps nor bigints: each stands as an object of one named member. Members are
 * sorted, so that equal states have equal text however they came about. Written piece by piece: a
 * replacer would make every object anew.
 */
function write(value: unknown): string {
  switch (typeof value) {
    case 'bigint':
      return `{"bigint":"${value}"}`;
    case 'object':
      return value === null ? 'null' : writeObject(value);
    default:
      return JSON.stringify(value);
  }
}

function writeObject(value: object): string {
  if (Array.isArray(value)) return writeList(value);
  if (value instanceof Map) return `{"map":${writeList(value)}}`;
  const members = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const name of Object.keys(members).sort()) {
    const member = members[name];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${quotedName(name)}:${write(member)}`;
  }
  return `{${text}}`;
}

function writeList(values: Iterable<unknown>): string {
  let text = '';
  for (const value of values) text += `${text === '' ? '' : ','}${write(value)}`;
  return `[${text}]`;
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
    encode: (state) => write(state),
    decode: (text) => unpack(JSON.parse(text)) as State,
  };
}
