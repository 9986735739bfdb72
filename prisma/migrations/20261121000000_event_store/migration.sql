-- The log: streams of events, the answers and jobs that commit with them. Prisma does not model
-- this schema; src/eventstore and src/platform/queue own it.
CREATE SCHEMA IF NOT EXISTS "eventstore";

-- One row a stream: the row that writers lock, and the fence that makes a stale writer fail.
CREATE TABLE "eventstore"."streams" (
  "stream_id" text NOT NULL,
  "version" integer NOT NULL,
  "head_hash" bytea NOT NULL,
  -- Of the newest append. It only grows, so (transaction id, position) keeps each stream's order.
  "transaction_id" xid8 NOT NULL,
  CONSTRAINT "streams_pkey" PRIMARY KEY ("stream_id")
) WITH (fillfactor = 50);

CREATE TABLE "eventstore"."events" (
  "position" bigint GENERATED ALWAYS AS IDENTITY,
  "transaction_id" xid8 NOT NULL DEFAULT pg_current_xact_id(),
  "stream_id" text NOT NULL,
  "version" integer NOT NULL,
  "type" text NOT NULL,
  "schema_version" integer NOT NULL,
  "occurred_at" timestamptz NOT NULL,
  "metadata" text NOT NULL,
  "data" text NOT NULL,
  "hash" bytea NOT NULL,
  CONSTRAINT "events_pkey" PRIMARY KEY ("stream_id", "version")
);
CREATE INDEX "events_log_order" ON "eventstore"."events" ("transaction_id", "position");

CREATE TABLE "eventstore"."answers" (
  "scope" text NOT NULL,
  "key" text NOT NULL,
  "fingerprint" bytea NOT NULL,
  "body" text NOT NULL,
  "answered_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "answers_pkey" PRIMARY KEY ("scope", "key")
);
CREATE INDEX "answers_by_age" ON "eventstore"."answers" USING brin ("answered_at");

CREATE TABLE "eventstore"."snapshots" (
  "stream_id" text NOT NULL,
  "version" integer NOT NULL,
  "hash" bytea NOT NULL,
  "schema_version" integer NOT NULL,
  "state" text NOT NULL,
  "taken_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "snapshots_pkey" PRIMARY KEY ("stream_id")
);

-- Jobs that must run: handed to the queue when due, kept until done, handed over again when lost.
CREATE TABLE "eventstore"."outbox" (
  "message_id" bigint GENERATED ALWAYS AS IDENTITY,
  "queue" text NOT NULL,
  "job" text NOT NULL,
  "dedupe_key" text NOT NULL,
  "payload" text NOT NULL,
  "run_at" timestamptz NOT NULL,
  "enqueued_at" timestamptz,
  "completed_at" timestamptz,
  "handovers" integer NOT NULL DEFAULT 0,
  CONSTRAINT "outbox_pkey" PRIMARY KEY ("message_id"),
  CONSTRAINT "outbox_dedupe" UNIQUE ("queue", "dedupe_key")
);
CREATE INDEX "outbox_open" ON "eventstore"."outbox" ("run_at") WHERE "completed_at" IS NULL;

-- How far each subscription has come; committed with the rows it wrote.
CREATE TABLE "eventstore"."checkpoints" (
  "subscription" text NOT NULL,
  "transaction_id" xid8 NOT NULL DEFAULT '0',
  "position" bigint NOT NULL DEFAULT 0,
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "checkpoints_pkey" PRIMARY KEY ("subscription")
);

-- Moves a stream's head, or fails the whole append. Locking the row orders writers; the version is
-- the fence; and a transaction that is not newer than the stream's last one is refused, so that
-- (transaction id, position) keeps every stream's order.
CREATE FUNCTION "eventstore"."advance"(
  "stream" text, "expected" integer, "new_version" integer, "new_hash" bytea
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
    WHERE stream_id = "stream" AND version = "expected"
      AND transaction_id <= pg_current_xact_id();
  END IF;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the stream has moved on' USING ERRCODE = 'HRVER';
  END IF;
END
$$;
