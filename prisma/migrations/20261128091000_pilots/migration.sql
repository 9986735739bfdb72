-- What an upstream says of its own times, and which requests are repeated for a pilot. Null in what others report.
ALTER TABLE "usage_report"
  ADD COLUMN "claimed_queue_us" bigint,
  ADD COLUMN "claimed_prefill_us" bigint,
  ADD COLUMN "claimed_decode_us" bigint,
  ADD COLUMN "pilot_id" text,
  ADD COLUMN "mirror_of" text,
  ADD COLUMN "is_cold" boolean;
CREATE INDEX "usage_report_by_pilot" ON "usage_report" ("pilot_id", "served_at")
  WHERE "pilot_id" IS NOT NULL;

-- What was measured of a pilot in one minute: made of the usage reports at will. Of two versions the
-- one of more pairs is the newer.
CREATE TABLE "pilot_minute" (
  "pilot_id" text NOT NULL,
  "minute" timestamptz(3) NOT NULL,
  "pairs" integer NOT NULL,
  "parts" jsonb NOT NULL,
  CONSTRAINT "pilot_minute_pkey" PRIMARY KEY ("pilot_id", "minute")
);

CREATE TABLE "pilot" (
  "pilot_id" text NOT NULL,
  "organization_id" text NOT NULL,
  "share" integer NOT NULL,
  "primaries" jsonb NOT NULL,
  "mirror" jsonb NOT NULL,
  "mirror_price" jsonb,
  "requests_max" integer NOT NULL,
  "tokens_max" bigint NOT NULL,
  "requests" integer NOT NULL DEFAULT 0,
  "tokens" bigint NOT NULL DEFAULT 0,
  "started_at" timestamptz(3) NOT NULL,
  "ends_at" timestamptz(3) NOT NULL,
  "stopped_at" timestamptz(3),
  CONSTRAINT "pilot_pkey" PRIMARY KEY ("pilot_id")
);
CREATE INDEX "pilot_by_organization" ON "pilot" ("organization_id", "started_at");
