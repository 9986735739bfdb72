import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../platform/database/transaction.js';
import type { Snapshot, SnapshotToKeep } from './event-store.js';
import type { StreamId } from './event.js';
import type { SnapshotPiece } from './snapshot-piece.js';

/** Its text is what stands in its row, or the pieces that are named there. */
const LOAD = `
  SELECT s.version, s.hash, s.schema_version, s.state || coalesce(p.text, '') AS state, p.count = cardinality(s.pieces) AS is_whole
  FROM eventstore.snapshots s
  CROSS JOIN LATERAL (
    SELECT string_agg(piece.text, '' ORDER BY named.place) AS text, count(piece.name) AS count
    FROM unnest(s.pieces) WITH ORDINALITY AS named(name, place)
    JOIN eventstore.snapshot_pieces piece ON piece.stream_id = s.stream_id AND piece.name = named.name
  ) p
  WHERE s.stream_id = $1`;

/** An older snapshot never replaces a newer one. */
const SAVE = `
  INSERT INTO eventstore.snapshots (stream_id, version, hash, schema_version, state, pieces)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (stream_id) DO UPDATE
    SET version = EXCLUDED.version, hash = EXCLUDED.hash, state = EXCLUDED.state, pieces = EXCLUDED.pieces,
        schema_version = EXCLUDED.schema_version, taken_at = now()
    WHERE snapshots.version < EXCLUDED.version
       OR snapshots.schema_version <> EXCLUDED.schema_version`;

/** Answers with the names of those that stay. */
const DROP_OTHERS = `
  WITH gone AS (DELETE FROM eventstore.snapshot_pieces WHERE stream_id = $1 AND NOT name = ANY($2))
  SELECT name FROM eventstore.snapshot_pieces WHERE stream_id = $1 AND name = ANY($2)`;

const INSERT_PIECE = {
  name: 'insert-snapshot-piece',
  text: 'INSERT INTO eventstore.snapshot_pieces (stream_id, name, text) VALUES ($1, $2, $3)',
};

interface Row {
  readonly version: number;
  readonly hash: Buffer;
  readonly schema_version: number;
  readonly state: string;
  readonly is_whole: boolean;
}

/** Null also when a piece is missing: the log has everything. */
export async function loadSnapshot(pool: Pool, stream: StreamId): Promise<Snapshot | null> {
  const [row] = (await pool.query<Row>(LOAD, [stream])).rows;
  if (row === undefined || !row.is_whole) return null;
  const { version, hash, schema_version: schemaVersion, state } = row;
  return { version, hash, schemaVersion, state };
}

export async function saveSnapshot(pool: Pool, stream: StreamId, snapshot: SnapshotToKeep): Promise<void> {
  const { state } = snapshot;
  if (typeof state === 'string') await pool.query(SAVE, rowOf(stream, snapshot, state, []));
  else await inTransaction(pool, (client) => savePieces(client, stream, snapshot, state));
}

/** The row is locked first: of two that keep a snapshot of one stream the later sees what the other left. */
async function savePieces(client: PoolClient, stream: StreamId, snapshot: SnapshotToKeep, pieces: readonly SnapshotPiece[]): Promise<void> {
  const names = await namesOf(pieces);
  const { rowCount } = await client.query(SAVE, rowOf(stream, snapshot, '', names));
  if (rowCount === 0) return;
  const { rows } = await client.query<{ readonly name: string }>(DROP_OTHERS, [stream, names]);
  const kept = new Set(rows.map(({ name }) => name));
  for (const piece of pieces) {
    if (kept.has(piece.name)) continue;
    // One at a time: between them everything else has its turn.
    await client.query(INSERT_PIECE, [stream, piece.name, piece.text()]);
    kept.add(piece.name);
  }
}

/** A few milliseconds of work. */
const NAMED_AT_ONCE = 32;

async function namesOf(pieces: readonly SnapshotPiece[]): Promise<readonly string[]> {
  const names: string[] = [];
  let fresh = 0;
  for (const piece of pieces) {
    if (!piece.isNamed) fresh += 1;
    names.push(piece.name);
    if (fresh < NAMED_AT_ONCE) continue;
    fresh = 0;
    await nextTurn();
  }
  return names;
}

const rowOf = (stream: StreamId, { version, hash, schemaVersion }: SnapshotToKeep, state: string, pieces: readonly string[]): unknown[] => [
  ...[stream, version, hash, schemaVersion, state],
  pieces,
];
