-- Lines of an issued invoice one by one, so that a page of them is read and not the whole; and what is told of it beside them.
CREATE TABLE "invoice_line" (
  "number" TEXT NOT NULL,
  "place" INTEGER NOT NULL,
  "line" JSONB NOT NULL,
  CONSTRAINT "invoice_line_pkey" PRIMARY KEY ("number", "place")
);
CREATE TABLE "invoice_summary" (
  "number" TEXT NOT NULL,
  "organization_id" TEXT NOT NULL,
  "invoice" JSONB NOT NULL,
  "line_count" INTEGER NOT NULL,
  "totals" JSONB NOT NULL,
  "overage" JSONB NOT NULL,
  CONSTRAINT "invoice_summary_pkey" PRIMARY KEY ("number")
);
