-- The rated hour that a credit note settles; null: the exchange gives it back.
ALTER TABLE "credit_note" ADD COLUMN "settles" TEXT;
