-- A release may write files in another way on purpose: those are no comparison for what was made before.
ALTER TABLE "export" ADD COLUMN "layout" integer;
