-- Purchases that wait, or waited, for an approval: a read model of the books.
CREATE TABLE "approval" (
  "approval_id" text NOT NULL,
  "organization_id" text NOT NULL,
  "requested_by" text NOT NULL,
  "amount" bigint NOT NULL,
  "order_id" text,
  "quote_id" text,
  "asked_reservation_ids" jsonb NOT NULL,
  "requested_at" timestamptz(3) NOT NULL,
  "expires_at" timestamptz(3) NOT NULL,
  "status" text NOT NULL,
  "decided_by" text,
  "note" text,
  "decided_at" timestamptz(3),
  "reservation_ids" jsonb NOT NULL,
  CONSTRAINT "approval_pkey" PRIMARY KEY ("approval_id")
);
CREATE INDEX "approval_by_organization" ON "approval" ("organization_id", "requested_at", "approval_id");

-- Who changed which control from what to what: a read model of the books.
CREATE TABLE "control_change" (
  "organization_id" text NOT NULL,
  "version" integer NOT NULL,
  "changed_at" timestamptz(3) NOT NULL,
  "actor" text NOT NULL,
  "control" text NOT NULL,
  "subject" text NOT NULL,
  "before" jsonb,
  "after" jsonb,
  CONSTRAINT "control_change_pkey" PRIMARY KEY ("organization_id", "version")
);

-- What of an invoice was drawn on a credit line, and whether it was paid in time.
ALTER TABLE "invoice" ADD COLUMN "on_credit_line" bigint NOT NULL DEFAULT 0;
ALTER TABLE "invoice" ADD COLUMN "overdue_at" timestamptz(3);
