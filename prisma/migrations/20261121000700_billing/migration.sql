-- Read models of the books: rebuilt from the log at will.
CREATE TABLE "ledger_entry" (
  "organization_id" text NOT NULL,
  "version" integer NOT NULL,
  "line" integer NOT NULL,
  "kind" text NOT NULL,
  "account" text NOT NULL,
  "amount" bigint NOT NULL,
  "balance" bigint NOT NULL,
  "reservation_id" text,
  "posted_at" timestamptz(3) NOT NULL,
  CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("organization_id", "version", "line")
);
CREATE INDEX "ledger_entry_by_account" ON "ledger_entry" ("organization_id", "account", "version");

CREATE TABLE "ledger_balance" (
  "organization_id" text NOT NULL,
  "account" text NOT NULL,
  "balance" bigint NOT NULL,
  "version" integer NOT NULL,
  CONSTRAINT "ledger_balance_pkey" PRIMARY KEY ("organization_id", "account")
);

CREATE TABLE "ledger_charge" (
  "organization_id" text NOT NULL,
  "version" integer NOT NULL,
  "month" text NOT NULL,
  "kind" text NOT NULL,
  "reservation_id" text NOT NULL,
  "amount" bigint NOT NULL,
  "served_from" timestamptz(3),
  "served_to" timestamptz(3),
  "posted_at" timestamptz(3) NOT NULL,
  CONSTRAINT "ledger_charge_pkey" PRIMARY KEY ("organization_id", "version")
);
CREATE INDEX "ledger_charge_by_month" ON "ledger_charge" ("organization_id", "month", "version");

CREATE TABLE "invoice" (
  "number" text NOT NULL,
  "organization_id" text NOT NULL,
  "month" text NOT NULL,
  "charges" bigint NOT NULL,
  "credits" bigint NOT NULL,
  "lines" jsonb NOT NULL,
  "issued_at" timestamptz(3) NOT NULL,
  CONSTRAINT "invoice_pkey" PRIMARY KEY ("number")
);
CREATE UNIQUE INDEX "invoice_of_month" ON "invoice" ("organization_id", "month");

-- What happens between us and Stripe. The money itself is in the log.
CREATE TABLE "top_up" (
  "top_up_id" text NOT NULL,
  "organization_id" text NOT NULL,
  "amount" bigint NOT NULL,
  "payment_method" text NOT NULL,
  "status" text NOT NULL,
  "payment_intent_id" text,
  "failure_code" text,
  "attempts" integer NOT NULL DEFAULT 0,
  "created_at" timestamptz(3) NOT NULL,
  "updated_at" timestamptz(3) NOT NULL,
  CONSTRAINT "top_up_pkey" PRIMARY KEY ("top_up_id")
);
CREATE INDEX "top_up_by_organization" ON "top_up" ("organization_id", "created_at", "top_up_id");

CREATE TABLE "stripe_event" (
  "event_id" text NOT NULL,
  "type" text NOT NULL,
  "matched" boolean NOT NULL,
  "received_at" timestamptz(3) NOT NULL,
  CONSTRAINT "stripe_event_pkey" PRIMARY KEY ("event_id")
);
