import { beginningOf, quotedText } from './json-text.js';
import { sortedNames } from './sorted-names.js';

/** What canonical JSON can hold: bigint becomes a decimal string, undefined members are left out. */
export type Encodable =
  | null
  | boolean
  | number
  | string
  | bigint
  | readonly Encodable[]
  | { readonly [key: string]: Encodable | undefined };

/**
 * JSON with sorted keys and no white space: equal content has equal text, whoever wrote it.
 * The order of keys follows RFC 8785 (JSON Canonicalization Scheme).
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quotedText(value);
  if (typeof value === 'bigint') return `"${value}"`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  return canonicalObject(value);
}

function canonicalObject(value: object): string {
  const members = value as Readonly<Record<string, unknown>>;
  let text = '{';
  for (const name of sortedNames(Object.keys(members))) {
    const member = members[name];
    if (member === undefined) continue;
    const { first, next } = beginningOf(name);
    text += (text.length === 1 ? first : next) + canonicalJson(member);
  }
  return `${text}}`;
}
