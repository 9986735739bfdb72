import type { Pool, PoolClient } from 'pg';
import { isAfter, LOG_START, type LogPosition } from './event.js';
import { readLog } from './postgres-event-store.js';
import { applyChanges, type AnyProjection } from './projection.js';
import { withClient } from './statements-query.js';
import { compareTable } from './verify-table.js';

const PAGE = 2_000;
/** So often what came meanwhile is rebuilt before the live tables are held still, which a busy product goes on beside. */
const APPROACHES = 10;

/**
 * Rebuilds a projection from the log into temporary tables, up to where the live one stands, and compares them row by
 * row. The live tables and their place in the log are seen in one snapshot of the database.
 *
 * Nothing of it is a transaction that writes and stays open: readers of the log would stand still for as long as it takes
 * (see `READ_LOG`), and with them read models, processes and the money that they move.
 *
 * @throws VerificationError naming the table and a row that differs
 */
export async function verifyProjection(pool: Pool, projection: AnyProjection): Promise<void> {
  const rebuilt = await pool.connect();
  try {
    // A temporary table hides the live one of the same name; the live one is then `public`'s.
    for (const { name } of projection.tables) {
      await rebuilt.query(`CREATE TEMP TABLE "${name}" (LIKE public."${name}" INCLUDING ALL)`);
    }
    const place = await approach(rebuilt, pool, projection);
    await withSnapshot(pool, async (live) => {
      const end = await checkpointOf(live, projection.name);
      await rebuild(rebuilt, projection, place, end);
      for (const table of projection.tables) await compareTable({ live, rebuilt }, projection.name, table);
    });
  } finally {
    // The session ends, and its tables with it.
    rebuilt.release(true);
  }
}

/** Everything but what came in the last moment; where in the log that is. */
async function approach(rebuilt: PoolClient, pool: Pool, projection: AnyProjection): Promise<LogPosition> {
  let place: LogPosition = LOG_START;
  for (let times = 0; times < APPROACHES; times += 1) {
    const end = await checkpointOf(pool, projection.name);
    const events = await rebuild(rebuilt, projection, place, end);
    if (isAfter(end, place)) place = end;
    if (events < PAGE) break;
  }
  return place;
}

/** Looks without writing, however long: what only reads holds up nobody, so it may wait for what is rebuilt meanwhile. */
async function withSnapshot(pool: Pool, look: (client: PoolClient) => Promise<void>): Promise<void> {
  await withClient(pool, async (client) => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0');
    await look(client);
    await client.query('ROLLBACK');
  });
}

async function checkpointOf(on: Pool | PoolClient, name: string): Promise<LogPosition> {
  type Row = { readonly transaction_id: string; readonly position: string };
  const { rows } = await on.query<Row>(
    `SELECT transaction_id::text AS transaction_id, position
     FROM eventstore.checkpoints WHERE subscription = $1`,
    [`projection:${name}`],
  );
  const row = rows[0];
  return row === undefined
    ? LOG_START
    : { transactionId: BigInt(row.transaction_id), position: BigInt(row.position) };
}

/** Writes what follows from the events between two places of the log; how many those were. */
async function rebuild(
  rebuilt: PoolClient,
  projection: AnyProjection,
  from: LogPosition,
  end: LogPosition,
): Promise<number> {
  let events = 0;
  for (let after = from; ; ) {
    const page = await readLog(rebuilt, after, PAGE);
    const wanted = page.filter((event) => !isAfter(event, end));
    const changes = wanted.flatMap((event) => projection.changesOf(event));
    await applyChanges(rebuilt, projection.tables, changes);
    events += wanted.length;
    const last = wanted.at(-1);
    if (last === undefined || wanted.length < page.length || page.length < PAGE) return events;
    after = last;
  }
}
