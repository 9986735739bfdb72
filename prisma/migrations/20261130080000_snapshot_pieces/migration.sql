-- Snapshots of large states are kept in pieces, of which the next one writes those that changed.
ALTER TABLE "eventstore"."snapshots" ADD COLUMN "pieces" text[] NOT NULL DEFAULT '{}';

CREATE TABLE "eventstore"."snapshot_pieces" (
  "stream_id" text NOT NULL,
  "name" text NOT NULL,
  "text" text NOT NULL,
  CONSTRAINT "snapshot_pieces_pkey" PRIMARY KEY ("stream_id", "name")
);
