-- Which months wait for their tax, and what Stripe said of it.
CREATE TABLE "month_tax" (
  "organization_id" text NOT NULL,
  "month" text NOT NULL,
  "call_id" text,
  "reason" text,
  "updated_at" timestamptz(3) NOT NULL,
  CONSTRAINT "month_tax_pkey" PRIMARY KEY ("organization_id", "month")
);

CREATE TABLE "tax_calculation" (
  "call_id" text NOT NULL,
  "organization_id" text NOT NULL,
  "month" text NOT NULL,
  "fingerprint" text NOT NULL,
  "tax" jsonb NOT NULL,
  "expires_at" timestamptz(3) NOT NULL,
  "created_at" timestamptz(3) NOT NULL,
  CONSTRAINT "tax_calculation_pkey" PRIMARY KEY ("call_id")
);
CREATE INDEX "tax_calculation_of_month" ON "tax_calculation" ("organization_id", "month", "fingerprint");

-- Invoices and credit notes from before there was tax have none.
ALTER TABLE "invoice" ADD COLUMN "tax" bigint NOT NULL DEFAULT 0;
ALTER TABLE "credit_note" ADD COLUMN "tax" bigint NOT NULL DEFAULT 0, ADD COLUMN "taxable" bigint NOT NULL DEFAULT 0;
