-- What has to be said of a file that was made, such as which documents have no e-invoice, and why.
ALTER TABLE "export" ADD COLUMN "notes" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];
