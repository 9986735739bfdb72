import { createHash } from 'node:crypto';

/**
 * A UUID made of names (RFC 9562, version 8, from SHA-256): the same names give the same id, so a
 * request that is repeated names the same thing without asking what it was called before.
 */
export function nameUuid(...names: readonly string[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(names)).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return parts.join('-');
}
