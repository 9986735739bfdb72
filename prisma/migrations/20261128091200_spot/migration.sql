-- Up to which price the gateway may buy capacity of a market for an organization by itself.
CREATE TABLE "spot_rule" (
  "organization_id" text NOT NULL,
  "market_id" text NOT NULL,
  "price_max" bigint NOT NULL,
  "quantity" bigint NOT NULL,
  "spend_per_day_max" bigint NOT NULL,
  "set_at" timestamptz(3) NOT NULL,
  CONSTRAINT "spot_rule_pkey" PRIMARY KEY ("organization_id", "market_id")
);

-- Each attempt to buy, written down before the order is placed: whoever goes on with it places the same order.
CREATE TABLE "spot_purchase" (
  "purchase_id" text NOT NULL,
  "organization_id" text NOT NULL,
  "market_id" text NOT NULL,
  "window_start" timestamptz(3) NOT NULL,
  "number" integer NOT NULL,
  "window_end" timestamptz(3) NOT NULL,
  "price_max" bigint NOT NULL,
  "quantity" bigint NOT NULL,
  "cost_max" bigint NOT NULL,
  "key_id" text NOT NULL,
  "started_at" timestamptz(3) NOT NULL,
  "ended_at" timestamptz(3),
  "order_id" text,
  "spent" bigint,
  "reservation_ids" jsonb,
  "refusal" text,
  CONSTRAINT "spot_purchase_pkey" PRIMARY KEY ("organization_id", "market_id", "window_start", "number")
);
CREATE INDEX "spot_purchase_by_start" ON "spot_purchase" ("organization_id", "started_at");
CREATE UNIQUE INDEX "spot_purchase_by_id" ON "spot_purchase" ("organization_id", "purchase_id");
