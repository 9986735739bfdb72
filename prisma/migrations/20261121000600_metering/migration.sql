-- Usage events as they came in. The key belongs to whoever reports, so that one organization's
-- names for its events never stand in the way of another's.
CREATE TABLE "usage_report" (
  "organization_id" text NOT NULL,
  "source" text NOT NULL,
  "id" text NOT NULL,
  "content_hash" bytea NOT NULL,
  "reservation_id" text NOT NULL,
  "served_at" timestamptz(3) NOT NULL,
  "input_tokens" bigint NOT NULL,
  "cached_tokens" bigint NOT NULL,
  "output_tokens" bigint NOT NULL,
  "reasoning_tokens" bigint NOT NULL,
  "reported_by" text NOT NULL,
  "received_at" timestamptz(3) NOT NULL,
  CONSTRAINT "usage_report_pkey" PRIMARY KEY ("organization_id", "source", "id")
);

-- What is still to be rated. Rows come with the events they sum up and go when they are rated; sums
-- are wide, because what people report has no bound that 2^63 would be above.
CREATE TABLE "usage_pending" (
  "pending_id" bigserial NOT NULL,
  "reservation_id" text NOT NULL,
  "cycle" bigint NOT NULL,
  "hour" timestamptz(3) NOT NULL,
  "events" decimal(40, 0) NOT NULL,
  "input_tokens" decimal(40, 0) NOT NULL,
  "cached_tokens" decimal(40, 0) NOT NULL,
  "output_tokens" decimal(40, 0) NOT NULL,
  "reasoning_tokens" decimal(40, 0) NOT NULL,
  CONSTRAINT "usage_pending_pkey" PRIMARY KEY ("pending_id")
);
CREATE INDEX "usage_pending_by_cycle" ON "usage_pending" ("reservation_id", "cycle");

CREATE TABLE "usage_cycle" (
  "reservation_id" text NOT NULL,
  "cycle" bigint NOT NULL,
  CONSTRAINT "usage_cycle_pkey" PRIMARY KEY ("reservation_id")
) WITH (fillfactor = 50);

-- A read model of the usage streams: rebuilt from the log at will.
CREATE TABLE "usage_hour" (
  "reservation_id" text NOT NULL,
  "hour" timestamptz(3) NOT NULL,
  "holder_id" text NOT NULL,
  "seller_id" text NOT NULL,
  "provider_id" text NOT NULL,
  "revision" integer NOT NULL,
  "events" decimal(40, 0) NOT NULL,
  "input_tokens" decimal(40, 0) NOT NULL,
  "cached_tokens" decimal(40, 0) NOT NULL,
  "output_tokens" decimal(40, 0) NOT NULL,
  "reasoning_tokens" decimal(40, 0) NOT NULL,
  "weighted" decimal(60, 0) NOT NULL,
  "entitled" decimal(60, 0) NOT NULL,
  "overage" decimal(60, 0) NOT NULL,
  "overage_amount" decimal(60, 0) NOT NULL,
  "rated_at" timestamptz(3) NOT NULL,
  CONSTRAINT "usage_hour_pkey" PRIMARY KEY ("reservation_id", "hour")
);
