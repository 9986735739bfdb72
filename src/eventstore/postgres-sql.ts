/** The statements of the PostgreSQL store that read; appends are in `append-query.ts`. */
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

export const LIST_STREAMS = `
  SELECT stream_id FROM eventstore.streams
  WHERE stream_id COLLATE "C" > $1 AND stream_id COLLATE "C" >= $2
    AND stream_id COLLATE "C" < $2 || chr(1114111)
  ORDER BY stream_id COLLATE "C" LIMIT $3`;
