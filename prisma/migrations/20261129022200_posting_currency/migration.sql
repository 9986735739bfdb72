-- Every line of the books says in which currency it is; what was posted before is in US dollars.
ALTER TABLE "ledger_entry" ADD COLUMN "currency" TEXT NOT NULL DEFAULT 'USD';
