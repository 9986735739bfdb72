import type { Issue } from '../../kernel/issue.js';
import { err, ok, type Result } from '../../kernel/result.js';

/** As the `IdempotencyKey` of GraphQL. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/** Tries of one request that may be written down under its key; whoever needs more takes another key. */
export const TRIES_MAX = 16;

/** Reads the header `idempotency-key`; null: the client does not say what it would repeat. */
export function readRepeatKey(header: string | undefined): Result<string | null, Issue> {
  if (header === undefined) return ok(null);
  if (KEY.test(header)) return ok(header);
  const accepted = '1 to 255 visible ASCII characters, such as a UUID';
  return err({ field: 'idempotency-key', reason: 'is no key', accepted });
}

/** What the records of a request's tries are called: the first as the request itself. */
export function namesOfTries(name: string): readonly string[] {
  return Array.from({ length: TRIES_MAX }, (_, index) => (index === 0 ? name : `${name}-${index + 1}`));
}

/** What is known of one try. */
export interface KnownTry {
  readonly id: string;
  /** How it ended; see `gateway.failure.ts`. */
  readonly reason: string;
}

export type Repeat =
  /** Under this name. */
  | { readonly kind: 'serve'; readonly id: string }
  /** An answer came to its end, and counts. */
  | { readonly kind: 'counted'; readonly id: string }
  | { readonly kind: 'too-often' };

/**
 * Whether a request is served that may have come before. One whose answer came to its end is not: it
 * would count, or be free, twice. One that was cut short, or failed, is tried again as a try of its own.
 */
export function repeatOf(name: string, known: readonly KnownTry[]): Repeat {
  const counted = known.find(({ reason }) => reason === 'completed');
  if (counted !== undefined) return { kind: 'counted', id: counted.id };
  const id = namesOfTries(name).find((one) => known.every((other) => other.id !== one));
  return id === undefined ? { kind: 'too-often' } : { kind: 'serve', id };
}
