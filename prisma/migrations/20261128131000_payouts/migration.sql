-- A seller's account at Stripe, as Stripe last told of it: written before Stripe is asked for one.
CREATE TABLE "payout_account" (
  "organization_id" text NOT NULL,
  -- Names the request at Stripe; another one once Stripe has forgotten it.
  "request_id" text NOT NULL,
  "requested_at" timestamptz(3) NOT NULL,
  "attempts" integer NOT NULL DEFAULT 0,
  "needs_review" boolean NOT NULL DEFAULT false,
  "last_error" text,
  "account_id" text,
  "is_submitted" boolean NOT NULL DEFAULT false,
  "is_payable" boolean NOT NULL DEFAULT false,
  "needs" text[] NOT NULL DEFAULT '{}',
  "disabled_reason" text,
  -- When Stripe was asked for what stands here.
  "asked_at" timestamptz(3),
  "bank_failure_code" text,
  "bank_failed_at" timestamptz(3),
  "created_at" timestamptz(3) NOT NULL,
  CONSTRAINT "payout_account_pkey" PRIMARY KEY ("organization_id")
);
CREATE UNIQUE INDEX "payout_account_by_account" ON "payout_account" ("account_id");

-- Where a seller's rule is not the published one.
CREATE TABLE "payout_rule" (
  "organization_id" text NOT NULL,
  "minimum" bigint NOT NULL,
  "hold_back_days" integer NOT NULL,
  "set_at" timestamptz(3) NOT NULL,
  CONSTRAINT "payout_rule_pkey" PRIMARY KEY ("organization_id")
);

-- Read models of the ledger: payouts, what each of them pays, and what should be in Stripe's balance.
CREATE TABLE "payout" (
  "payout_id" text NOT NULL,
  "organization_id" text NOT NULL,
  "version" integer NOT NULL,
  "amount" bigint NOT NULL,
  "status" text NOT NULL,
  "transfer_id" text,
  "reversed" bigint NOT NULL,
  "failure_reason" text,
  "started_at" timestamptz(3) NOT NULL,
  CONSTRAINT "payout_pkey" PRIMARY KEY ("payout_id")
);
CREATE INDEX "payout_by_organization" ON "payout" ("organization_id", "version");

CREATE TABLE "payout_line" (
  "payout_id" text NOT NULL,
  "line" integer NOT NULL,
  "organization_id" text NOT NULL,
  "kind" text NOT NULL,
  "reservation_id" text,
  "returned_payout_id" text,
  "earned_on" timestamptz(3) NOT NULL,
  "amount" bigint NOT NULL,
  CONSTRAINT "payout_line_pkey" PRIMARY KEY ("payout_id", "line")
);
CREATE INDEX "payout_line_by_reservation" ON "payout_line" ("organization_id", "reservation_id", "payout_id", "line");

CREATE TABLE "stripe_movement" (
  "reference" text NOT NULL,
  "kind" text NOT NULL,
  "organization_id" text NOT NULL,
  "version" integer NOT NULL,
  "amount" bigint NOT NULL,
  "posted_at" timestamptz(3) NOT NULL,
  CONSTRAINT "stripe_movement_pkey" PRIMARY KEY ("reference")
);
CREATE INDEX "stripe_movement_by_time" ON "stripe_movement" ("posted_at", "reference");

-- The asking for each transfer, beside what the log says of it.
CREATE TABLE "payout_call" (
  "payout_id" text NOT NULL,
  "organization_id" text NOT NULL,
  "status" text NOT NULL,
  "attempts" integer NOT NULL,
  "last_error" text,
  "created_at" timestamptz(3) NOT NULL,
  "updated_at" timestamptz(3) NOT NULL,
  CONSTRAINT "payout_call_pkey" PRIMARY KEY ("payout_id")
);
CREATE INDEX "payout_call_by_status" ON "payout_call" ("status", "payout_id");

-- What an administrator takes back of a transfer: written before Stripe is asked.
CREATE TABLE "transfer_reversal" (
  "reversal_id" text NOT NULL,
  "payout_id" text NOT NULL,
  "organization_id" text NOT NULL,
  "transfer_id" text NOT NULL,
  "amount" bigint NOT NULL,
  "note" text NOT NULL,
  "asked_by" text NOT NULL,
  "status" text NOT NULL,
  "stripe_reversal_id" text,
  "attempts" integer NOT NULL,
  "last_error" text,
  "created_at" timestamptz(3) NOT NULL,
  "updated_at" timestamptz(3) NOT NULL,
  CONSTRAINT "transfer_reversal_pkey" PRIMARY KEY ("reversal_id")
);
CREATE INDEX "transfer_reversal_by_payout" ON "transfer_reversal" ("payout_id", "created_at", "reversal_id");
CREATE INDEX "transfer_reversal_by_status" ON "transfer_reversal" ("status", "reversal_id");
