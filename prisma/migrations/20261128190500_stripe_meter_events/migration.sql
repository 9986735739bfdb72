-- What the meter for overage at Stripe was told: one row for each revision of a rated hour that changes it.
CREATE TABLE "stripe_meter_event" (
  "call_id" text NOT NULL,
  "organization_id" text NOT NULL,
  "customer_id" text NOT NULL,
  "reservation_id" text NOT NULL,
  "hour" timestamptz(3) NOT NULL,
  "revision" integer NOT NULL,
  -- Weighted tokens; below zero for what a revision takes back.
  "quantity" bigint NOT NULL,
  -- The day that it is compared under.
  "reference" text NOT NULL,
  "created_at" timestamptz(3) NOT NULL,
  CONSTRAINT "stripe_meter_event_pkey" PRIMARY KEY ("call_id")
);
CREATE UNIQUE INDEX "stripe_meter_event_by_revision" ON "stripe_meter_event" ("reservation_id", "hour", "revision");
CREATE INDEX "stripe_meter_event_by_hour" ON "stripe_meter_event" ("customer_id", "hour");
CREATE INDEX "stripe_meter_event_by_day" ON "stripe_meter_event" ("reference");
CREATE INDEX "stripe_meter_event_by_creation" ON "stripe_meter_event" ("created_at", "reference");
