-- The books against Stripe's balance, day by day: how far each day is, what Stripe told, and what differs.
CREATE TABLE "reconciliation" (
  "day" text NOT NULL,
  -- The first day that it does not look at: more than the next one where nobody ran jobs for days.
  "until" timestamptz(3) NOT NULL,
  "status" text NOT NULL,
  -- The next page of Stripe's; null for the first one.
  "after" text,
  "lines" integer NOT NULL DEFAULT 0,
  "matched" integer NOT NULL DEFAULT 0,
  "differences" integer NOT NULL DEFAULT 0,
  "fees" bigint NOT NULL DEFAULT 0,
  "unbooked" bigint NOT NULL DEFAULT 0,
  "started_at" timestamptz(3) NOT NULL,
  "finished_at" timestamptz(3),
  CONSTRAINT "reconciliation_pkey" PRIMARY KEY ("day")
);

CREATE TABLE "stripe_balance_line" (
  "line_id" text NOT NULL,
  "type" text NOT NULL,
  "reference" text NOT NULL,
  "amount" bigint NOT NULL,
  "fee" bigint NOT NULL,
  "currency" text NOT NULL,
  "is_booked" boolean NOT NULL,
  "created_at" timestamptz(3) NOT NULL,
  CONSTRAINT "stripe_balance_line_pkey" PRIMARY KEY ("line_id")
);
CREATE INDEX "stripe_balance_line_by_time" ON "stripe_balance_line" ("created_at", "line_id");
CREATE INDEX "stripe_balance_line_by_reference" ON "stripe_balance_line" ("reference");

CREATE TABLE "reconciliation_difference" (
  "difference_id" text NOT NULL,
  "reference" text NOT NULL,
  "kind" text NOT NULL,
  "ours" bigint,
  "theirs" bigint,
  "organization_id" text,
  "happened_at" timestamptz(3) NOT NULL,
  "found_on" text NOT NULL,
  "acknowledged_by" text,
  "acknowledged_at" timestamptz(3),
  "note" text,
  "resolved_at" timestamptz(3),
  CONSTRAINT "reconciliation_difference_pkey" PRIMARY KEY ("difference_id")
);
CREATE UNIQUE INDEX "reconciliation_difference_by_reference" ON "reconciliation_difference" ("reference");
CREATE INDEX "reconciliation_difference_by_age" ON "reconciliation_difference" ("happened_at", "difference_id");
