-- What the gateway measured beside what it counted. Null in what others report.
ALTER TABLE "usage_report"
  ALTER COLUMN "reservation_id" DROP NOT NULL,
  ADD COLUMN "evidence" text,
  ADD COLUMN "model" text,
  ADD COLUMN "reason" text,
  ADD COLUMN "tier" text,
  ADD COLUMN "is_stream" boolean,
  ADD COLUMN "own_output_tokens" bigint,
  ADD COLUMN "claimed_input_tokens" bigint,
  ADD COLUMN "claimed_output_tokens" bigint,
  ADD COLUMN "dispute" text,
  ADD COLUMN "ttft_us" bigint,
  ADD COLUMN "queued_us" bigint,
  ADD COLUMN "streaming_us" bigint,
  ADD COLUMN "duration_us" bigint,
  ADD COLUMN "concurrency" integer;

-- Whose capacity traffic can be routed to: what is over stays out of the way.
CREATE INDEX "reservation_by_holder_and_end" ON "reservation" ("holder_id", "window_end");

-- How an organization (key_id is empty) or one of its keys wants requests routed.
CREATE TABLE "routing" (
  "organization_id" text NOT NULL,
  "key_id" text NOT NULL,
  "policy" jsonb NOT NULL,
  "fallback" jsonb,
  "fallback_sealed" bytea,
  "set_at" timestamptz(3) NOT NULL,
  CONSTRAINT "routing_pkey" PRIMARY KEY ("organization_id", "key_id")
);
