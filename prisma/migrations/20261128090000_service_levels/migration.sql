-- Terms that were published before say nothing of it: a missed service level costs nothing.
UPDATE "pool" SET "terms" = "terms" || '{"credits":{"samplesMin":1,"steps":[]}}'
  WHERE NOT "terms" ? 'credits';
UPDATE "pool_terms" SET "terms" = "terms" || '{"serviceLevel":null}'
  WHERE NOT "terms" ? 'serviceLevel';

-- Measured requests are read back by the minute in which they were served; what others report is not.
CREATE INDEX "usage_report_measured" ON "usage_report" ("reservation_id", "served_at")
  WHERE "evidence" = 'gateway';

-- What was measured in one minute of a reservation: made of the usage reports at will, since these are
-- never changed. Of two versions the one of more records is the newer.
CREATE TABLE "service_minute" (
  "reservation_id" text NOT NULL,
  "minute" timestamptz(3) NOT NULL,
  "records" integer NOT NULL,
  "measured" jsonb NOT NULL,
  "weighted" decimal(60, 0) NOT NULL,
  "sketches" jsonb NOT NULL,
  CONSTRAINT "service_minute_pkey" PRIMARY KEY ("reservation_id", "minute")
);

-- The sketches of an hour as it was judged last; the log keeps their hash.
CREATE TABLE "service_sketch" (
  "reservation_id" text NOT NULL,
  "hour" timestamptz(3) NOT NULL,
  "pool_id" text NOT NULL,
  "profile_version" integer,
  "records" integer NOT NULL,
  "sketches" jsonb NOT NULL,
  CONSTRAINT "service_sketch_pkey" PRIMARY KEY ("reservation_id", "hour")
);
CREATE INDEX "service_sketch_by_pool" ON "service_sketch" ("pool_id", "profile_version", "hour");

-- A read model of the service levels' streams: rebuilt from the log at will.
CREATE TABLE "service_hour" (
  "reservation_id" text NOT NULL,
  "hour" timestamptz(3) NOT NULL,
  "holder_id" text NOT NULL,
  "seller_id" text NOT NULL,
  "provider_id" text NOT NULL,
  "revision" integer NOT NULL,
  "verdict" text NOT NULL,
  "misses" jsonb NOT NULL,
  "evidence" jsonb NOT NULL,
  "terms" jsonb NOT NULL,
  "terms_version" integer NOT NULL,
  "profile_version" integer,
  "credit_share" integer NOT NULL,
  "credit_area" decimal(60, 0) NOT NULL,
  "judged_at" timestamptz(3) NOT NULL,
  "dispute" text,
  "dispute_reason" text,
  "dispute_opened_by" text,
  "dispute_opened_at" timestamptz(3),
  "dispute_note" text,
  "dispute_resolved_at" timestamptz(3),
  CONSTRAINT "service_hour_pkey" PRIMARY KEY ("reservation_id", "hour")
);

-- Who has which share of a sale, for as long as anything may still come of it: a read model of the
-- ledgers, rebuilt from the log at will.
CREATE TABLE "ledger_sale" (
  "organization_id" text NOT NULL,
  "reservation_id" text NOT NULL,
  "seller_id" text NOT NULL,
  "provider_id" text NOT NULL,
  "exchange_id" text NOT NULL,
  "royalty" integer NOT NULL,
  "fee" integer NOT NULL,
  "amount" bigint NOT NULL,
  CONSTRAINT "ledger_sale_pkey" PRIMARY KEY ("organization_id", "reservation_id")
);

-- Which judgement a credit follows from.
ALTER TABLE "ledger_charge" ADD COLUMN "evidence" text;
