import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Statement } from '../../eventstore/statements-query.js';

/**
 * Advisory locks of PostgreSQL, held until the transaction ends. Reservations share a few stripes
 * of them, because a request may name a thousand reservations and the server's lock table is
 * small; whoever needs several takes them in order, so that nobody waits in a circle.
 */
const STRIPES = 256;
/** The first numbers keep these locks apart from each other and from any other use. */
const CYCLE_LOCKS = 7_230_116;
const RATING_LOCKS = 7_230_117;
const RIVAL_LOCKS = 7_230_118;

const SHARE = `SELECT pg_advisory_xact_lock_shared($1, stripe) FROM unnest($2::int[]) AS stripe`;
const TAKE = `SELECT pg_advisory_xact_lock($1, stripe) FROM unnest($2::int[]) AS stripe`;

function stripesOf(reservationIds: readonly string[]): readonly number[] {
  const stripes = [...new Set(reservationIds)].map(
    (id) => (createHash('sha256').update(id).digest()[0] ?? 0) % STRIPES,
  );
  return [...new Set(stripes)].sort((a, b) => a - b);
}

/** The open cycles of these reservations stay open until the transaction ends. */
export async function keepCyclesOpen(
  client: PoolClient,
  reservationIds: readonly string[],
): Promise<void> {
  await client.query(SHARE, [CYCLE_LOCKS, stripesOf(reservationIds)]);
}

/** Waits until nobody keeps the reservation's cycle open any more. */
export async function awaitCycle(client: PoolClient, reservationId: string): Promise<void> {
  await client.query(TAKE, [CYCLE_LOCKS, stripesOf([reservationId])]);
}

/**
 * Locks to store use of these reservations under. One at a time does, so that two records of one
 * request see each other, whoever reports them; and their open cycles stay open. Numbers only.
 */
export function storingLocks(reservationIds: readonly string[]): string {
  const stripes = `FROM unnest('{${stripesOf(reservationIds).join()}}'::int[]) AS stripe`;
  return `SELECT pg_advisory_xact_lock(${RIVAL_LOCKS}, stripe) ${stripes};
    SELECT pg_advisory_xact_lock_shared(${CYCLE_LOCKS}, stripe) ${stripes}`;
}

/** The same as statements of one exchange. */
export function storingLockStatements(reservationIds: readonly string[]): readonly Statement[] {
  const stripes = `{${stripesOf(reservationIds).join()}}`;
  return [
    { name: 'take-rival-locks', text: TAKE, values: [`${RIVAL_LOCKS}`, stripes] },
    { name: 'share-cycle-locks', text: SHARE, values: [`${CYCLE_LOCKS}`, stripes] },
  ];
}

/**
 * One at a time looks at what the reservation holds and rates by it: an older look never has the
 * last word. The transaction should write nothing meanwhile: readers of the log wait for writers.
 */
export async function lockRating(
  client: PoolClient,
  reservationIds: readonly string[],
): Promise<void> {
  await client.query(TAKE, [RATING_LOCKS, stripesOf(reservationIds)]);
}
