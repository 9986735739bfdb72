-- Moves a reader's checkpoint, or fails the transaction that its rows are written in: of two processes
-- that handled the same page, one commits. Sent first, it also keeps them from writing at the same time.
CREATE FUNCTION "eventstore"."move_checkpoint"(
  "reader" text, "from_id" xid8, "from_position" bigint, "to_id" xid8, "to_position" bigint
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE eventstore.checkpoints
  SET transaction_id = "to_id", position = "to_position", updated_at = now()
  WHERE subscription = "reader" AND transaction_id = "from_id" AND position = "from_position";
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the reader has moved on' USING ERRCODE = 'HRCHK';
  END IF;
END
$$;
