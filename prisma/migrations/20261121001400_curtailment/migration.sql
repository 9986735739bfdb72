-- What providers took back, who lost by it, and what was ordered in its place: read models of the
-- market streams, rebuilt from the log at will.
ALTER TABLE "reservation" ADD COLUMN "rebooking" jsonb;
ALTER TABLE "reservation" ADD COLUMN "extends_reservation_id" text;

CREATE TABLE "pool_curtailment" (
  "curtailment_id" text NOT NULL,
  "pool_id" text NOT NULL,
  "provider_id" text NOT NULL,
  "cause" text NOT NULL,
  "window_start" timestamptz(3) NOT NULL,
  "window_end" timestamptz(3) NOT NULL,
  "quantity" bigint NOT NULL,
  "unsold" jsonb NOT NULL,
  "curtailed_at" timestamptz(3) NOT NULL,
  CONSTRAINT "pool_curtailment_pkey" PRIMARY KEY ("curtailment_id")
);
CREATE INDEX "pool_curtailment_by_pool" ON "pool_curtailment" ("pool_id", "curtailed_at", "curtailment_id");

CREATE TABLE "reservation_curtailment" (
  "curtailment_id" text NOT NULL,
  "reservation_id" text NOT NULL,
  "holder_id" text NOT NULL,
  "cause" text NOT NULL,
  "lost" jsonb NOT NULL,
  "lost_title" jsonb NOT NULL,
  "begun" jsonb NOT NULL,
  "refund" bigint NOT NULL,
  "penalty" bigint NOT NULL,
  "curtailed_at" timestamptz(3) NOT NULL,
  CONSTRAINT "reservation_curtailment_pkey" PRIMARY KEY ("curtailment_id", "reservation_id")
);
CREATE INDEX "reservation_curtailment_by_reservation" ON "reservation_curtailment" ("reservation_id", "curtailed_at");

CREATE TABLE "rebooking" (
  "order_id" text NOT NULL,
  "curtailment_id" text NOT NULL,
  "reservation_id" text NOT NULL,
  "holder_id" text NOT NULL,
  "window_start" timestamptz(3) NOT NULL,
  "window_end" timestamptz(3) NOT NULL,
  "quantity" bigint NOT NULL,
  "limit_price" bigint NOT NULL,
  "status" text NOT NULL,
  "refusal" text,
  "attempted_at" timestamptz(3) NOT NULL,
  CONSTRAINT "rebooking_pkey" PRIMARY KEY ("order_id")
);
CREATE INDEX "rebooking_by_holder" ON "rebooking" ("holder_id", "attempted_at", "order_id");

-- Terms that were published before say nothing of it: nothing is reclaimed, and nothing is paid.
UPDATE "pool" SET "terms" = "terms" || '{"curtailment":{"reclaimNotice":null,"penaltyShare":{"outage":0,"reclaim":0}}}'
  WHERE NOT "terms" ? 'curtailment';
UPDATE "pool_terms" SET "terms" = "terms" || '{"curtailment":{"reclaimNotice":null,"penaltyShare":{"outage":0,"reclaim":0}}}'
  WHERE NOT "terms" ? 'curtailment';
