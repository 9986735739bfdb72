-- A writer sends a batch behind one that is not answered yet. Should the first fail because others
-- wrote, their events could bring the stream to just the version that the second expects: the hash of
-- the head tells that it is another history.
DROP FUNCTION "eventstore"."advance"(text, integer, integer, bytea);
CREATE FUNCTION "eventstore"."advance"(
  "stream" text, "expected" integer, "expected_hash" bytea, "new_version" integer, "new_hash" bytea
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF "expected" = 0 THEN
    INSERT INTO eventstore.streams AS s (stream_id, version, head_hash, transaction_id)
    VALUES ("stream", "new_version", "new_hash", pg_current_xact_id())
    ON CONFLICT (stream_id) DO UPDATE
      SET version = "new_version", head_hash = "new_hash", transaction_id = pg_current_xact_id()
      WHERE s.version = 0 AND s.transaction_id <= pg_current_xact_id();
  ELSE
    UPDATE eventstore.streams
    SET version = "new_version", head_hash = "new_hash", transaction_id = pg_current_xact_id()
    WHERE stream_id = "stream" AND version = "expected" AND head_hash = "expected_hash"
      AND transaction_id <= pg_current_xact_id();
  END IF;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the stream has moved on' USING ERRCODE = 'HRVER';
  END IF;
END
$$;
