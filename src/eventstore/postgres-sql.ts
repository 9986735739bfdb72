/**
 * The statements of the PostgreSQL store. An append is one statement: moving the stream's row is
 * both the lock and the fence, and nothing is inserted unless it moved. A transaction whose id is
 * not newer than the stream's last one is refused too, which keeps every stream's events in
 * version order when the log is read by (transaction id, position).
 */
const PARAMETERS = `$1 stream, $2 expected version, $3 new version, $4 new head hash`;

const INSERT_REST = `
  , new_events AS (
    INSERT INTO eventstore.events
      (stream_id, version, type, schema_version, occurred_at, metadata, data, hash)
    SELECT $1, e.version, e.type, e.schema_version, e.occurred_at, e.metadata, e.data, e.hash
    FROM unnest($5::int4[], $6::text[], $7::int4[], $8::timestamptz[], $9::text[], $10::text[],
                $11::bytea[])
      AS e(version, type, schema_version, occurred_at, metadata, data, hash)
    WHERE EXISTS (SELECT 1 FROM head)
  ), new_answers AS (
    INSERT INTO eventstore.answers (scope, key, fingerprint, body)
    SELECT a.scope, a.key, a.fingerprint, a.body
    FROM unnest($12::text[], $13::text[], $14::bytea[], $15::text[])
      AS a(scope, key, fingerprint, body)
    WHERE EXISTS (SELECT 1 FROM head)
  ), new_jobs AS (
    INSERT INTO eventstore.outbox (queue, job, dedupe_key, payload, run_at)
    SELECT o.queue, o.job, o.dedupe_key, o.payload, o.run_at
    FROM unnest($16::text[], $17::text[], $18::text[], $19::text[], $20::timestamptz[])
      AS o(queue, job, dedupe_key, payload, run_at)
    WHERE EXISTS (SELECT 1 FROM head)
    ON CONFLICT (queue, dedupe_key) DO NOTHING
  )
  SELECT count(*)::int AS moved FROM head`;

/** For a stream that has events: its row must stand at the expected version. */
export const APPEND_TO_EXISTING = `/* ${PARAMETERS} */
  WITH head AS (
    UPDATE eventstore.streams
    SET version = $3, head_hash = $4, transaction_id = pg_current_xact_id()
    WHERE stream_id = $1 AND version = $2 AND transaction_id <= pg_current_xact_id()
    RETURNING 1
  )${INSERT_REST}`;

/** For a stream without events: its row must be absent, or stand at version 0. */
export const APPEND_TO_NEW = `/* ${PARAMETERS} */
  WITH head AS (
    INSERT INTO eventstore.streams (stream_id, version, head_hash, transaction_id)
    SELECT $1, $3, $4, pg_current_xact_id() WHERE $2 = 0
    ON CONFLICT (stream_id) DO UPDATE
      SET version = $3, head_hash = $4, transaction_id = pg_current_xact_id()
      WHERE streams.version = $2 AND streams.transaction_id <= pg_current_xact_id()
    RETURNING 1
  )${INSERT_REST}`;

const EVENT_COLUMNS = `position, transaction_id, stream_id, version, type, schema_version,
  (extract(epoch FROM occurred_at) * 1000)::int8 AS occurred_at_ms, metadata, data, hash`;

export const READ_STREAM = `
  SELECT ${EVENT_COLUMNS} FROM eventstore.events
  WHERE stream_id = $1 AND version > $2 ORDER BY version LIMIT $3`;

/**
 * Below the snapshot's xmin every transaction has ended: what is not there now never will be, so a
 * reader that goes on from the last row it saw skips nothing.
 */
export const READ_LOG = `
  SELECT ${EVENT_COLUMNS} FROM eventstore.events
  WHERE (transaction_id, position) > ($1::text::xid8, $2)
    AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())
  ORDER BY transaction_id, position LIMIT $3`;

export const READ_HEAD = `SELECT version, head_hash FROM eventstore.streams WHERE stream_id = $1`;
export const LOCK_HEAD = `${READ_HEAD} FOR UPDATE`;

export const FIND_ANSWERS = `
  SELECT a.scope, a.key, a.fingerprint, a.body
  FROM unnest($1::text[], $2::text[]) AS wanted(scope, key)
  JOIN eventstore.answers a ON a.scope = wanted.scope AND a.key = wanted.key`;

export const LOAD_SNAPSHOT = `
  SELECT version, hash, schema_version, state FROM eventstore.snapshots WHERE stream_id = $1`;

/** An older snapshot never replaces a newer one. */
export const SAVE_SNAPSHOT = `
  INSERT INTO eventstore.snapshots (stream_id, version, hash, schema_version, state)
  VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (stream_id) DO UPDATE
    SET version = EXCLUDED.version, hash = EXCLUDED.hash, state = EXCLUDED.state,
        schema_version = EXCLUDED.schema_version, taken_at = now()
    WHERE snapshots.version < EXCLUDED.version
       OR snapshots.schema_version <> EXCLUDED.schema_version`;

export const LIST_STREAMS = `
  SELECT stream_id FROM eventstore.streams
  WHERE stream_id > $1 AND ($2::text IS NULL OR starts_with(stream_id, $2))
  ORDER BY stream_id LIMIT $3`;
