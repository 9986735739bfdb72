import type { Pool } from 'pg';
import { BOUND, doneUnless, withClient, type Statement } from '../../eventstore/statements-query.js';

/** What statements that store all or nothing fail with (`usage-insert.ts`, `gateway-insert.ts`, `usage-rivals.ts`), and nothing else that is sent with them. */
const DIVISION_BY_ZERO = '22012';

/**
 * Stores by one message exchange, which is one transaction whose locks are waited for as long as anywhere.
 *
 * @returns false: one of the statements failed by dividing by zero, and nothing was stored
 */
export function storedAtOnce(pool: Pool, statements: readonly Statement[]): Promise<boolean> {
  return withClient(pool, (client) => doneUnless(DIVISION_BY_ZERO, client, [BOUND, ...statements]));
}

/** After a failure so many groups go the long way: what was tried is rows that nobody sees, to be cleared away. */
export const WARY_FOR = 16;
const WARY_MAX = 10_000;

/** Whose groups failed a while ago, and go the long way still. */
export class Wariness<Key> {
  private readonly left = new Map<Key, number>();

  /** Of one group; counts it. */
  isWary(key: Key): boolean {
    const left = this.left.get(key) ?? 0;
    if (left > 1) this.left.set(key, left - 1);
    else this.left.delete(key);
    return left > 0;
  }

  note(key: Key): void {
    if (this.left.size >= WARY_MAX) this.left.clear();
    this.left.set(key, WARY_FOR);
  }
}
