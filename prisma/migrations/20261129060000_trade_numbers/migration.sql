-- What the public knows a trade by: places in the log have gaps where something was sealed.
ALTER TABLE "trade" ADD COLUMN "number" INTEGER;

UPDATE "trade" SET "number" = counted."number" FROM (
  SELECT "trade_id", row_number() OVER (PARTITION BY "market_id" ORDER BY "sequence") AS "number"
  FROM "trade" WHERE "sequence" IS NOT NULL
) AS counted WHERE "trade"."trade_id" = counted."trade_id";

CREATE INDEX "trade_by_number" ON "trade"("market_id", "number");
-- Few at any time: what was written last and is yet to be counted.
CREATE INDEX "trade_uncounted" ON "trade"("trade_id") WHERE "sequence" IS NOT NULL AND "number" IS NULL;
