-- Every revision of a rated hour, with its place in the log: a closed month is exported as it was known
-- when it was closed. A read model of the usage streams: rebuilt from the log at will.
CREATE TABLE "usage_revision" (
  "holder_id" text NOT NULL,
  "hour" timestamptz(3) NOT NULL,
  "reservation_id" text NOT NULL,
  "revision" integer NOT NULL,
  "events" decimal(40, 0) NOT NULL,
  "input_tokens" decimal(40, 0) NOT NULL,
  "cached_tokens" decimal(40, 0) NOT NULL,
  "output_tokens" decimal(40, 0) NOT NULL,
  "reasoning_tokens" decimal(40, 0) NOT NULL,
  "weighted" decimal(60, 0) NOT NULL,
  "entitled" decimal(60, 0) NOT NULL,
  "overage" decimal(60, 0) NOT NULL,
  "overage_amount" decimal(60, 0) NOT NULL,
  "rated_at" timestamptz(3) NOT NULL,
  "log_transaction" bigint NOT NULL,
  "log_position" bigint NOT NULL,
  CONSTRAINT "usage_revision_pkey" PRIMARY KEY ("holder_id", "hour", "reservation_id", "revision")
);

-- One file of a data set for a month. What it holds comes from the log and its read models.
CREATE TABLE "export" (
  "export_id" text NOT NULL,
  "organization_id" text NOT NULL,
  "dataset" text NOT NULL,
  "format" text NOT NULL,
  "month" text NOT NULL,
  "status" text NOT NULL,
  "requested_by" text NOT NULL,
  "requested_at" timestamptz(3) NOT NULL,
  "invoice_number" text,
  "file_name" text,
  "rows_done" bigint NOT NULL DEFAULT 0,
  "rows_expected" bigint,
  "bytes" bigint,
  "sha256" text,
  "failure" text,
  "attempt" text,
  "attempts" integer NOT NULL DEFAULT 0,
  "alive_at" timestamptz(3),
  "finished_at" timestamptz(3),
  CONSTRAINT "export_pkey" PRIMARY KEY ("export_id")
);
CREATE INDEX "export_by_organization" ON "export" ("organization_id", "requested_at", "export_id");
CREATE INDEX "export_by_invoice" ON "export" ("invoice_number", "dataset", "format");

-- A file in parts, each compressed by itself. Those of an attempt that was given up are no part of it.
CREATE TABLE "export_part" (
  "export_id" text NOT NULL,
  "attempt" text NOT NULL,
  "part" integer NOT NULL,
  "content" bytea NOT NULL,
  CONSTRAINT "export_part_pkey" PRIMARY KEY ("export_id", "attempt", "part"),
  CONSTRAINT "export_part_export_fkey" FOREIGN KEY ("export_id") REFERENCES "export" ("export_id") ON DELETE CASCADE ON UPDATE RESTRICT
);
ALTER TABLE "export_part" ALTER COLUMN "content" SET STORAGE EXTERNAL;
