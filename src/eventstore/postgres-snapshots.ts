import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Snapshot, SnapshotToKeep } from './event-store.js';
import type { StreamId } from './event.js';
import type { SnapshotPiece } from './snapshot-piece.js';
import { exchange, type Statement } from './statements-query.js';

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

/** Nothing where the snapshot was not kept. */
const DROP_OTHERS = `
  DELETE FROM eventstore.snapshot_pieces WHERE stream_id = $1 AND NOT name = ANY($2)
    AND EXISTS (SELECT FROM eventstore.snapshots s WHERE s.stream_id = $1 AND s.version = $3::text::int AND s.pieces = $2)`;

const PRESENT = `SELECT name FROM eventstore.snapshot_pieces WHERE stream_id = $1 AND name = ANY($2)`;

/** Of a snapshot that was kept: what another process dropped meanwhile. */
const MISSING = `
  SELECT named.name FROM eventstore.snapshots s CROSS JOIN LATERAL unnest(s.pieces) AS named(name)
  WHERE s.stream_id = $1 AND s.version = $2
    AND NOT EXISTS (SELECT FROM eventstore.snapshot_pieces p WHERE p.stream_id = $1 AND p.name = named.name)`;

const INSERT_PIECE = {
  name: 'insert-snapshot-piece',
  text: 'INSERT INTO eventstore.snapshot_pieces (stream_id, name, text) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
};
/** Characters that are sent at once: between them everything else has its turn. */
const SENT_AT_ONCE = 250_000;

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
  if (typeof state === 'string') await exchange(pool, [saving(stream, snapshot, { state, names: '{}' })]);
  else await savePieces(pool, stream, snapshot, state);
}

/**
 * Pieces first, then the row that names them. No transaction is open while texts are made and sent: readers of the log
 * wait for the oldest one that writes, whatever it writes. What another process drops in between is written again.
 */
async function savePieces(pool: Pool, stream: StreamId, snapshot: SnapshotToKeep, pieces: readonly SnapshotPiece[]): Promise<void> {
  const names = await namesOf(pieces);
  const { rows } = await pool.query<{ readonly name: string }>(PRESENT, [stream, names]);
  const present = new Set(rows.map(({ name }) => name));
  await putPieces(pool, stream, pieces.filter(({ name }) => !present.has(name)));
  const list = `{${names.join(',')}}`;
  await exchange(pool, [
    saving(stream, snapshot, { state: '', names: list }),
    { text: DROP_OTHERS, values: [stream, list, `${snapshot.version}`] },
  ]);
  const missing = await pool.query<{ readonly name: string }>(MISSING, [stream, snapshot.version]);
  const lost = new Set(missing.rows.map(({ name }) => name));
  await putPieces(pool, stream, pieces.filter(({ name }) => lost.has(name)));
}

async function putPieces(pool: Pool, stream: StreamId, pieces: readonly SnapshotPiece[]): Promise<void> {
  let sent: Statement[] = [];
  let length = 0;
  for (const piece of new Map(pieces.map((one) => [one.name, one])).values()) {
    sent.push({ ...INSERT_PIECE, values: [stream, piece.name, piece.text()] });
    length += piece.length;
    if (length < SENT_AT_ONCE) continue;
    await exchange(pool, sent);
    [sent, length] = [[], 0];
  }
  if (sent.length > 0) await exchange(pool, sent);
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

const saving = (
  stream: StreamId,
  { version, hash, schemaVersion }: SnapshotToKeep,
  { state, names }: { readonly state: string; readonly names: string },
): Statement => ({ name: 'save-snapshot', text: SAVE, values: [stream, `${version}`, hash, `${schemaVersion}`, state, names] });
