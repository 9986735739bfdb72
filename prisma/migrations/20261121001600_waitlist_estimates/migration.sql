-- When waiting bids were expected to be filled, and what became of them.
CREATE TABLE "waitlist_estimate" (
  "order_id" text NOT NULL,
  "market_id" text NOT NULL,
  "fills_at" timestamptz(3) NOT NULL,
  "ended_at" timestamptz(3),
  "outcome" text,
  CONSTRAINT "waitlist_estimate_pkey" PRIMARY KEY ("order_id")
);
CREATE INDEX "waitlist_estimate_judged" ON "waitlist_estimate" ("market_id", "ended_at") WHERE "ended_at" IS NOT NULL;

-- What reached bids lately, and whether they had waited for it.
CREATE INDEX "reservation_by_order" ON "reservation" ("market_id", "paid_at") WHERE "order_id" IS NOT NULL;
CREATE INDEX "market_order_by_market" ON "market_order" ("market_id", "placed_at");
