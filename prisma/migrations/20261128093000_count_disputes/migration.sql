-- Hours whose counts are disputed: a read model of the usage streams, rebuilt from the log at will.
CREATE TABLE "count_dispute" (
  "reservation_id" text NOT NULL,
  "hour" timestamptz(3) NOT NULL,
  "holder_id" text NOT NULL,
  "seller_id" text NOT NULL,
  "provider_id" text NOT NULL,
  "revision" integer NOT NULL,
  "records" integer NOT NULL,
  "differing" integer NOT NULL,
  "billed" jsonb NOT NULL,
  "counted" jsonb NOT NULL,
  "claimed" jsonb NOT NULL,
  "samples" jsonb NOT NULL,
  "rule" jsonb NOT NULL,
  "terms" jsonb NOT NULL,
  "opened_at" timestamptz(3) NOT NULL,
  "until" timestamptz(3) NOT NULL,
  "state" text NOT NULL,
  "position" text,
  "conceded_by" text,
  "note" text,
  "ended_at" timestamptz(3),
  CONSTRAINT "count_dispute_pkey" PRIMARY KEY ("reservation_id", "hour")
);
CREATE INDEX "count_dispute_by_holder" ON "count_dispute" ("holder_id", "hour", "reservation_id");
CREATE INDEX "count_dispute_by_provider" ON "count_dispute" ("provider_id", "hour", "reservation_id");
CREATE INDEX "count_dispute_by_seller" ON "count_dispute" ("seller_id", "hour", "reservation_id");
