import type { Pool, PoolClient } from 'pg';

/**
 * A bound on what others wait for: whoever waits for locks gives up and is tried again. A process that is
 * frozen in the middle of a transaction loses it (WORKER_SILENCE_MS).
 */
export const LOCK_TIMEOUT = '10s';
const BEGIN = `BEGIN;
  SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`;

export interface TransactionOptions<Outcome> {
  readonly isKept?: (outcome: Outcome) => boolean;
  /** Taken as it begins, in the same message: a statement of ours, without anything from outside in it. */
  readonly locks?: string;
}

/** Commits what the work did, unless it throws or says otherwise. */
export async function inTransaction<Outcome>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Outcome>,
  { isKept = () => true, locks = '' }: TransactionOptions<Outcome> = {},
): Promise<Outcome> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query(`${BEGIN}; ${locks}`);
    const outcome = await work(client);
    await client.query(isKept(outcome) ? 'COMMIT' : 'ROLLBACK');
    return outcome;
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    await client.query('ROLLBACK').catch(() => undefined);
    throw failure;
  } finally {
    client.release(failure);
  }
}

/** Lock timeout, conflict, deadlock, statement timeout, session ended: the same again may well succeed. */
const PASSING = new Set(['55P03', '40001', '40P01', '57014', '25P03']);

export function isPassing(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return code === 'BUSY' || (typeof code === 'string' && PASSING.has(code));
}
