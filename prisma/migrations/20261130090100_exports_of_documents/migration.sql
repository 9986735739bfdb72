-- An export of one document, by its number.
ALTER TABLE "export" ADD COLUMN "document" TEXT;
