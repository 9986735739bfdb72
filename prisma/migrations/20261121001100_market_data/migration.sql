-- What was traded, without who: a read model of the market streams, rebuilt from the log at will.
-- A hold stands here untold (no traded_at, no sequence) until its money arrives or it is released.
CREATE TABLE "trade" (
  "trade_id" text NOT NULL,
  "market_id" text NOT NULL,
  "model" text NOT NULL,
  "pool_id" text NOT NULL,
  "terms_version" integer NOT NULL,
  "sequence" integer,
  "traded_at" timestamptz(3),
  "window_start" timestamptz(3) NOT NULL,
  "window_end" timestamptz(3) NOT NULL,
  "quantity" bigint NOT NULL,
  "unit_price" bigint NOT NULL,
  "amount" bigint NOT NULL,
  "token_ms" numeric(40, 0) NOT NULL,
  CONSTRAINT "trade_pkey" PRIMARY KEY ("trade_id")
);
CREATE INDEX "trade_by_sequence" ON "trade" ("market_id", "sequence");
CREATE INDEX "trade_by_time" ON "trade" ("market_id", "traded_at");
CREATE INDEX "trade_by_model" ON "trade" ("model", "traded_at");

-- Whether there is such a market is asked by everybody.
CREATE INDEX "market_pool_by_market" ON "market_pool" ("market_id");
