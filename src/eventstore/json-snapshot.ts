import type { SnapshotCodec } from './stream-definition.js';

/**
 * JSON has neither maps nor bigints: each stands as an object of one named member. Members are
 * sorted, so that equal states have equal text however they came about.
 */
const pack = (_key: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return { bigint: value.toString() };
  if (value instanceof Map) return { map: [...value] };
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
};

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
    encode: (state) => JSON.stringify(state, pack),
    decode: (text) => JSON.parse(text, unpack) as State,
  };
}
