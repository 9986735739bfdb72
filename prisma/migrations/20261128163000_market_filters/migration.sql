-- How well a pool is shown, as the market knows it: what a buyer filters listings by.
ALTER TABLE "market_pool" ADD COLUMN "evidence_level" text NOT NULL DEFAULT 'L1';
UPDATE "market_pool" SET "evidence_level" = "pool_level"."level"
  FROM "pool_level" WHERE "pool_level"."pool_id" = "market_pool"."pool_id";
