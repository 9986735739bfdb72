-- When the month of a file was closed without an invoice; files of before that are drafts.
ALTER TABLE "export" ADD COLUMN "closed_at" TIMESTAMPTZ(3);
