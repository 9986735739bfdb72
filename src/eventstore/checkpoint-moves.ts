import type { Pool } from 'pg';
import type { LogPosition } from './event.js';
import { loaderOfPool } from './pool-loader.js';

/** A reader's checkpoint goes from one place to a later one. */
export interface Move {
  readonly name: string;
  readonly from: LogPosition;
  readonly to: LogPosition;
}

/** Compare-and-set: of two processes that handled the same page, one commits. */
const MOVE = `UPDATE eventstore.checkpoints
  SET transaction_id = $4::text::xid8, position = $5::text::int8, updated_at = now()
  WHERE subscription = $1 AND transaction_id = $2::text::xid8 AND position = $3::text::int8`;
/** The same for many. A row that another transaction has is left out: nobody waits for somebody else's. */
const MOVE_FREE = `UPDATE eventstore.checkpoints AS kept
  SET transaction_id = move.to_transaction::xid8, position = move.to_position, updated_at = now()
  FROM unnest($1::text[], $2::text[], $3::int8[], $4::text[], $5::int8[])
    AS move(subscription, from_transaction, from_position, to_transaction, to_position)
  JOIN (
    SELECT subscription FROM eventstore.checkpoints WHERE subscription = ANY($1::text[]) FOR UPDATE SKIP LOCKED
  ) AS free USING (subscription)
  WHERE kept.subscription = move.subscription
    AND kept.transaction_id = move.from_transaction::xid8 AND kept.position = move.from_position
  RETURNING kept.subscription`;

const loaderOf = loaderOfPool(moveFree);

/** @returns false when the checkpoint was not where it is said to go from: another process moved it first */
export async function moveCheckpoint(pool: Pool, move: Move): Promise<boolean> {
  return (await loaderOf(pool).load(move)) || moveAlone(pool, move);
}

async function moveAlone(pool: Pool, move: Move): Promise<boolean> {
  return (await pool.query({ name: 'move-checkpoint', text: MOVE, values: [...valuesOf(move)] })).rowCount === 1;
}

/** Name, transaction and position of where it goes from, and those of where it goes to. */
export function valuesOf({ name, from, to }: Move): readonly string[] {
  const places = [from, to].flatMap(({ transactionId, position }) => [transactionId, position]);
  return [name, ...places.map(String)];
}

/** Which of them were moved. What was not may have been moved by another, or be in another's hands. */
async function moveFree(pool: Pool, moves: readonly Move[]): Promise<readonly boolean[]> {
  if (moves.length === 1) return [false];
  // Of two for the same reader the first is in; the other is asked alone.
  const firsts = new Map([...moves].reverse().map((move) => [move.name, move]));
  const rows = [...firsts.values()].map(valuesOf);
  const values = [0, 1, 2, 3, 4].map((column) => rows.map((row) => row[column]));
  const answer = await pool.query<{ subscription: string }>({ name: 'move-checkpoints', text: MOVE_FREE, values });
  const moved = new Set(answer.rows.map(({ subscription }) => subscription));
  return moves.map((move) => firsts.get(move.name) === move && moved.has(move.name));
}
