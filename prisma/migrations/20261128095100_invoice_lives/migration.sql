-- What becomes of an invoice after it was issued: a read model of the invoice register. A month whose
-- invoice is void has another.
ALTER TABLE "invoice" ADD COLUMN "status" text NOT NULL DEFAULT 'issued';
ALTER TABLE "invoice" ADD COLUMN "due_at" timestamptz(3);
ALTER TABLE "invoice" ADD COLUMN "paid_at" timestamptz(3);
ALTER TABLE "invoice" ADD COLUMN "voided_at" timestamptz(3);
ALTER TABLE "invoice" ADD COLUMN "void_reason" text;
DROP INDEX "invoice_of_month";
CREATE INDEX "invoice_of_month" ON "invoice" ("organization_id", "month", "number");

CREATE TABLE "credit_note" (
  "number" text NOT NULL,
  "invoice_number" text NOT NULL,
  "organization_id" text NOT NULL,
  "reservation_id" text NOT NULL,
  "amount" bigint NOT NULL,
  "reason" text NOT NULL,
  "issued_at" timestamptz(3) NOT NULL,
  CONSTRAINT "credit_note_pkey" PRIMARY KEY ("number")
);
CREATE INDEX "credit_note_by_organization" ON "credit_note" ("organization_id", "issued_at", "number");

-- Who is billed: state, not events, so that it can be corrected and erased.
CREATE TABLE "billing_profile" (
  "organization_id" text NOT NULL,
  "legal_name" text NOT NULL,
  "street" text NOT NULL,
  "postal_code" text NOT NULL,
  "city" text NOT NULL,
  "country" text NOT NULL,
  "tax_id" text,
  "email" text NOT NULL,
  "locale" text NOT NULL,
  "updated_at" timestamptz(3) NOT NULL,
  CONSTRAINT "billing_profile_pkey" PRIMARY KEY ("organization_id")
);

-- Both parties as they were when an invoice or a credit note was issued: a document never changes.
CREATE TABLE "document_party" (
  "number" text NOT NULL,
  "issuer" jsonb NOT NULL,
  "customer" jsonb NOT NULL,
  CONSTRAINT "document_party_pkey" PRIMARY KEY ("number")
);

-- A seller's statement looks sales up by what was sold.
CREATE INDEX "ledger_sale_by_reservation" ON "ledger_sale" ("reservation_id");
