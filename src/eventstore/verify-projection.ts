import type { Pool, PoolClient } from 'pg';
import { isAfter, LOG_START, type LogPosition } from './event.js';
import { readLog } from './postgres-event-store.js';
import { applyChanges, type AnyProjection, type ProjectedTable } from './projection.js';
import { VerificationError } from './verify-stream.js';

const PAGE = 2_000;

/**
 * Rebuilds a projection from the log into temporary tables, up to where the live one stands, and
 * compares them row by row. Everything happens in one snapshot of the database.
 *
 * @throws VerificationError naming the table and a row that differs
 */
export async function verifyProjection(pool: Pool, projection: AnyProjection): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    const end = await checkpointOf(client, projection.name);
    // A temporary table hides the live one of the same name; the live one is then `public`'s.
    for (const { name } of projection.tables) {
      await client.query(
        `CREATE TEMP TABLE "${name}" (LIKE public."${name}" INCLUDING ALL) ON COMMIT DROP`,
      );
    }
    await rebuild(client, projection, end);
    for (const table of projection.tables) await compare(client, projection.name, table);
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
    client.release();
  }
}

async function checkpointOf(client: PoolClient, name: string): Promise<LogPosition> {
  type Row = { readonly transaction_id: string; readonly position: string };
  const { rows } = await client.query<Row>(
    `SELECT transaction_id::text AS transaction_id, position
     FROM eventstore.checkpoints WHERE subscription = $1`,
    [`projection:${name}`],
  );
  const row = rows[0];
  return row === undefined
    ? LOG_START
    : { transactionId: BigInt(row.transaction_id), position: BigInt(row.position) };
}

async function rebuild(
  client: PoolClient,
  projection: AnyProjection,
  end: LogPosition,
): Promise<void> {
  for (let after = LOG_START; ; ) {
    const page = await readLog(client, after, PAGE);
    const wanted = page.filter((event) => !isAfter(event, end));
    const changes = wanted.flatMap((event) => projection.changesOf(event));
    await applyChanges(client, projection.tables, changes);
    const last = wanted.at(-1);
    if (last === undefined || wanted.length < page.length || page.length < PAGE) return;
    after = last;
  }
}

async function compare(client: PoolClient, name: string, table: ProjectedTable): Promise<void> {
  const live = `SELECT to_jsonb(t) AS row FROM public."${table.name}" t`;
  const rebuilt = `SELECT to_jsonb(t) AS row FROM pg_temp."${table.name}" t`;
  const { rows } = await client.query<{ row: Record<string, unknown> }>(
    `(${live} EXCEPT ALL ${rebuilt}) UNION ALL (${rebuilt} EXCEPT ALL ${live}) LIMIT 1`,
  );
  const row = rows[0]?.row;
  if (row === undefined) return;
  const key = table.key.map((column) => `${column} ${String(row[column])}`).join(', ');
  throw new VerificationError(`projection ${name}: ${table.name} differs from its rebuild at ${key}`);
}
