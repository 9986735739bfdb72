import type { Pool } from 'pg';
import { LOG_START, type LogPosition } from './event.js';
import { loaderOfPool } from './pool-loader.js';

const ENSURE = `INSERT INTO eventstore.checkpoints (subscription) VALUES ($1)
  ON CONFLICT (subscription) DO NOTHING`;
const READ = `SELECT subscription, transaction_id::text AS "transactionId", position
  FROM eventstore.checkpoints WHERE subscription = ANY($1::text[])`;

interface Row {
  readonly subscription: string;
  readonly transactionId: string;
  readonly position: string;
}

const loaderOf = loaderOfPool(readAll);

/** Where a subscription stands: everything that was committed when it was asked is seen. */
export async function readCheckpoint(pool: Pool, name: string): Promise<LogPosition> {
  const found = await loaderOf(pool).load(name);
  if (found !== null) return found;
  await pool.query(ENSURE, [name]);
  return LOG_START;
}

async function readAll(pool: Pool, names: readonly string[]): Promise<readonly (LogPosition | null)[]> {
  const { rows } = await pool.query<Row>({ name: 'read-checkpoints', text: READ, values: [[...new Set(names)]] });
  const places = new Map(
    rows.map(({ subscription, transactionId, position }) => [
      subscription,
      { transactionId: BigInt(transactionId), position: BigInt(position) },
    ]),
  );
  return names.map((name) => places.get(name) ?? null);
}
