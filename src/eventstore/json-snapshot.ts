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

interface Packed {
  readonly bigint?: string;
  readonly map?: readonly (readonly [unknown, unknown])[];
}

const unpack = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  const { bigint, map } = value as Packed;
  if (typeof bigint === 'string') return BigInt(bigint);
  return Array.isArray(map) ? new Map(map) : value;
};

/** Snapshots of states made of plain objects, arrays, maps, bigints, numbers and text. */
export function jsonSnapshot<State>(settings: {
  readonly schemaVersion: number;
  readonly everyEvents: number;
}): SnapshotCodec<State> {
  return {
    ...settings,
    encode: (state) => write(state),
    decode: (text) => JSON.parse(text, unpack) as State,
  };
}
