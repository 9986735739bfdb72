-- Invoices that are made at Stripe, too, and how far the wish for that has come.
CREATE TABLE "stripe_invoice" (
  "number" text NOT NULL,
  "organization_id" text NOT NULL,
  "customer_id" text NOT NULL,
  "total_cents" bigint NOT NULL,
  -- Micro-USD, exact.
  "credited" bigint NOT NULL,
  "status" text NOT NULL,
  -- Of the register, up to which it was followed.
  "version" bigint NOT NULL,
  "last_call_id" text NOT NULL,
  "issued_at" timestamptz(3) NOT NULL,
  "updated_at" timestamptz(3) NOT NULL,
  CONSTRAINT "stripe_invoice_pkey" PRIMARY KEY ("number")
);
CREATE INDEX "stripe_invoice_by_change" ON "stripe_invoice" ("updated_at", "number");
