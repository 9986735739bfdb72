-- Rows of usage reports are never changed: what corrects one, or takes one back because a better record
-- of the same request came in, is a row of its own, whose counts are the difference.
ALTER TABLE "usage_report"
  ADD COLUMN "request_id" text,
  ADD COLUMN "corrects_source" text,
  ADD COLUMN "corrects_id" text,
  ADD COLUMN "counted" boolean NOT NULL DEFAULT true;
-- Records of one request, by whoever reported it.
CREATE INDEX "usage_report_by_request" ON "usage_report" ("reservation_id", (coalesce("request_id", "id")));
-- Small, for what is older than its limits.
CREATE INDEX "usage_report_by_arrival" ON "usage_report" USING brin ("received_at");

-- Use waits by the minute and the model, for the rollups. Null: it waited before there were any, and the
-- rollups were made of its reports.
ALTER TABLE "usage_pending"
  ADD COLUMN "minute" timestamptz(3),
  ADD COLUMN "model" text,
  ADD COLUMN "put_at" timestamptz(3);

-- What was used in one minute, hour or day (`grain`) of a reservation.
CREATE TABLE "usage_rollup" (
  "reservation_id" text NOT NULL,
  "grain" text NOT NULL,
  "start" timestamptz(3) NOT NULL,
  "model" text NOT NULL,
  "holder_id" text NOT NULL,
  "seller_id" text NOT NULL,
  "provider_id" text NOT NULL,
  "events" decimal(40, 0) NOT NULL,
  "input_tokens" decimal(40, 0) NOT NULL,
  "cached_tokens" decimal(40, 0) NOT NULL,
  "output_tokens" decimal(40, 0) NOT NULL,
  "reasoning_tokens" decimal(40, 0) NOT NULL,
  CONSTRAINT "usage_rollup_pkey" PRIMARY KEY ("reservation_id", "grain", "start", "model")
) WITH (fillfactor = 70);
CREATE INDEX "usage_rollup_by_holder" ON "usage_rollup" ("holder_id", "grain", "start", "reservation_id");
CREATE INDEX "usage_rollup_by_provider" ON "usage_rollup" ("provider_id", "grain", "start", "reservation_id");

-- What was reported before there were rollups.
INSERT INTO "usage_rollup"
  SELECT r."reservation_id", g."grain", date_trunc(g."grain", r."served_at", 'UTC'),
    coalesce(r."model", split_part(r."reservation_id", '@', 1)),
    o."holder_id", o."seller_id", p."provider_id", count(*), sum(r."input_tokens"),
    sum(r."cached_tokens"), sum(r."output_tokens"), sum(r."reasoning_tokens")
  FROM "usage_report" r
  JOIN "reservation" o USING ("reservation_id")
  JOIN "market_pool" p USING ("pool_id")
  CROSS JOIN (VALUES ('minute'), ('hour'), ('day')) AS g("grain")
  GROUP BY 1, 2, 3, 4, 5, 6, 7;
