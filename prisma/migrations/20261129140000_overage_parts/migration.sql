-- Overage is told by token class and served tier: use that waits says the tier, a charge what it is made of.
ALTER TABLE "usage_pending" ADD COLUMN "tier" TEXT;
ALTER TABLE "ledger_charge" ADD COLUMN "parts" JSONB;
