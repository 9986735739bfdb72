import { hash, randomBytes } from 'node:crypto';

/** 256 random bits in base64url: too many to guess, so a plain hash of it may be kept. */
export function makeToken(): string {
  return randomBytes(32).toString('base64url');
}

/** A copy of its own memory, as the database client wants it. */
export function hashToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hash('sha256', token, 'buffer'));
}
