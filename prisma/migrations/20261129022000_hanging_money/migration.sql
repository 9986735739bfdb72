-- What the hourly look at money found: set aside or in escrow for nothing that the markets know.
CREATE TABLE "hanging_money" (
  "organization_id" TEXT NOT NULL,
  "account" TEXT NOT NULL,
  "amount" BIGINT NOT NULL,
  "due" BIGINT NOT NULL,
  "version" INTEGER NOT NULL,
  "hangs" BOOLEAN NOT NULL,
  "found_at" TIMESTAMPTZ(3) NOT NULL,
  "seen_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "hanging_money_pkey" PRIMARY KEY ("organization_id", "account")
);
-- The look goes through accounts that hold something for a market.
CREATE INDEX "ledger_balance_for_markets" ON "ledger_balance" ("organization_id", "account")
  WHERE "balance" <> 0 AND ("account" LIKE 'reserved:%' OR "account" LIKE 'escrow:%');
