import type { Prisma } from '../prisma/generated/client.js';
import type { Database } from './prisma.js';

/** The database gave others precedence, again and again or for too long: try later. */
export class DatabaseBusyError extends Error {
  override readonly name = 'DatabaseBusyError';
  readonly code = 'BUSY';
  readonly retryAfterSeconds = 1;
  constructor(override readonly cause: unknown) {
    super('the database is busy; try again with the same idempotency key');
  }
}

const ATTEMPTS = 5;
/** https://www.postgresql.org/docs/current/errcodes-appendix.html: serialization failure, deadlock. */
const CONFLICTS = new Set<unknown>(['40001', '40P01']);
/** Prisma's own name for both. */
const WRITE_CONFLICT = 'P2034';
/** No connection was free in time, or the work took too long: at once again it would be the same. */
const OUT_OF_TIME = 'P2028';

/**
 * Does work in a transaction, and does it again when PostgreSQL took it back because of others.
 *
 * @throws DatabaseBusyError after some attempts, or when there is no time for one
 */
export async function againstConflicts<Answer>(
  database: Database,
  work: (transaction: Prisma.TransactionClient) => Promise<Answer>,
): Promise<Answer> {
  let conflict: unknown;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      return await database.$transaction(work);
    } catch (error) {
      conflict = error;
      if ((error as Told).code === OUT_OF_TIME) break;
      if (!isConflict(error)) throw error;
    }
  }
  throw new DatabaseBusyError(conflict);
}

interface Told {
  readonly code?: unknown;
  readonly originalCode?: unknown;
  readonly cause?: unknown;
  readonly meta?: { readonly code?: unknown; readonly driverAdapterError?: unknown };
}

/** Where the code stands depends on what failed: a statement, or the commit. */
function isConflict(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, originalCode, cause, meta } = error as Told;
  const isOne = [code, originalCode, meta?.code].some((one) => CONFLICTS.has(one) || one === WRITE_CONFLICT);
  return isOne || isConflict(cause) || isConflict(meta?.driverAdapterError);
}
