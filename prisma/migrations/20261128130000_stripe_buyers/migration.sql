-- Calls to Stripe, each written down before it is made. `call_id` is the idempotency key.
CREATE TABLE "stripe_call" (
  "call_id" text NOT NULL,
  "organization_id" text NOT NULL,
  "kind" text NOT NULL,
  "subject" text NOT NULL,
  "params" jsonb NOT NULL,
  "status" text NOT NULL,
  "stripe_id" text,
  "failure_code" text,
  "attempts" integer NOT NULL DEFAULT 0,
  "created_at" timestamptz(3) NOT NULL,
  "updated_at" timestamptz(3) NOT NULL,
  CONSTRAINT "stripe_call_pkey" PRIMARY KEY ("call_id")
);
CREATE INDEX "stripe_call_by_organization" ON "stripe_call" ("organization_id", "created_at", "call_id");

-- What an organization is called at Stripe; null until Stripe has said.
CREATE TABLE "stripe_customer" (
  "organization_id" text NOT NULL,
  "customer_id" text,
  "default_method" text,
  "created_at" timestamptz(3) NOT NULL,
  CONSTRAINT "stripe_customer_pkey" PRIMARY KEY ("organization_id")
);
CREATE UNIQUE INDEX "stripe_customer_by_id" ON "stripe_customer" ("customer_id");

-- A payment method on its way to be saved. The client secret is in no table.
CREATE TABLE "payment_method_setup" (
  "setup_id" text NOT NULL,
  "organization_id" text NOT NULL,
  "status" text NOT NULL,
  "setup_intent_id" text,
  "payment_method_id" text,
  "failure_code" text,
  "created_at" timestamptz(3) NOT NULL,
  "updated_at" timestamptz(3) NOT NULL,
  CONSTRAINT "payment_method_setup_pkey" PRIMARY KEY ("setup_id")
);
CREATE INDEX "payment_method_setup_by_organization" ON "payment_method_setup" ("organization_id", "created_at", "setup_id");

-- Payment methods that may be charged again, as far as they may be shown.
CREATE TABLE "saved_payment_method" (
  "payment_method_id" text NOT NULL,
  "organization_id" text NOT NULL,
  "type" text NOT NULL,
  "brand" text NOT NULL,
  "last4" text NOT NULL,
  "expiry_month" integer,
  "expiry_year" integer,
  "status" text NOT NULL,
  "created_at" timestamptz(3) NOT NULL,
  "updated_at" timestamptz(3) NOT NULL,
  CONSTRAINT "saved_payment_method_pkey" PRIMARY KEY ("payment_method_id")
);
CREATE INDEX "saved_payment_method_by_organization" ON "saved_payment_method" ("organization_id", "created_at", "payment_method_id");

-- Money that comes by itself when a wallet is low. How the rule stands follows from its top-ups.
CREATE TABLE "auto_top_up" (
  "organization_id" text NOT NULL,
  "threshold" bigint NOT NULL,
  "amount" bigint NOT NULL,
  "payment_method_id" text NOT NULL,
  "per_day_max" bigint NOT NULL,
  "revision" integer NOT NULL,
  "updated_at" timestamptz(3) NOT NULL,
  CONSTRAINT "auto_top_up_pkey" PRIMARY KEY ("organization_id")
);

ALTER TABLE "top_up" ADD COLUMN "origin" text NOT NULL DEFAULT 'member';
ALTER TABLE "top_up" ADD COLUMN "customer_id" text;
CREATE INDEX "top_up_by_payment_intent" ON "top_up" ("payment_intent_id");

-- Money on its way back to a card: a read model of the ledger streams.
CREATE TABLE "top_up_refund" (
  "refund_id" text NOT NULL,
  "organization_id" text NOT NULL,
  "top_up_id" text NOT NULL,
  "amount" bigint NOT NULL,
  "status" text NOT NULL,
  "reserved_at" timestamptz(3) NOT NULL,
  CONSTRAINT "top_up_refund_pkey" PRIMARY KEY ("refund_id")
);
CREATE INDEX "top_up_refund_by_organization" ON "top_up_refund" ("organization_id", "reserved_at", "refund_id");

-- What Stripe last said about each dispute. The money is in the ledger.
CREATE TABLE "payment_dispute" (
  "dispute_id" text NOT NULL,
  "organization_id" text NOT NULL,
  "top_up_id" text NOT NULL,
  "amount" bigint NOT NULL,
  "status" text NOT NULL,
  "reason" text NOT NULL,
  "opened_at" timestamptz(3) NOT NULL,
  "evidence_due_at" timestamptz(3),
  CONSTRAINT "payment_dispute_pkey" PRIMARY KEY ("dispute_id")
);
CREATE INDEX "payment_dispute_by_organization" ON "payment_dispute" ("organization_id", "opened_at", "dispute_id");

-- Webhooks are stored, answered, and then processed from here. What is read of an event is kept until then.
ALTER TABLE "stripe_event" ADD COLUMN "account" text;
ALTER TABLE "stripe_event" ADD COLUMN "content" text;
ALTER TABLE "stripe_event" ADD COLUMN "processed_at" timestamptz(3);
UPDATE "stripe_event" SET "processed_at" = "received_at";
