-- Bids. A reservation says by which of them it was bought.
ALTER TABLE "reservation" ADD COLUMN "order_id" text;

CREATE TABLE "market_order" (
  "order_id" text NOT NULL,
  "market_id" text NOT NULL,
  "buyer_id" text NOT NULL,
  "window_start" timestamptz(3) NOT NULL,
  "window_end" timestamptz(3) NOT NULL,
  "quantity" bigint NOT NULL,
  "limit_price" bigint NOT NULL,
  "constraints" jsonb NOT NULL,
  "minimum_fill" bigint NOT NULL,
  "time_in_force" text NOT NULL,
  "status" text NOT NULL,
  "remaining" bigint NOT NULL,
  "reserved" bigint NOT NULL,
  "spent" bigint NOT NULL,
  "placed_at" timestamptz(3) NOT NULL,
  "expires_at" timestamptz(3) NOT NULL,
  "stream_version" integer NOT NULL,
  CONSTRAINT "market_order_pkey" PRIMARY KEY ("order_id")
);
CREATE INDEX "market_order_by_buyer" ON "market_order" ("buyer_id", "placed_at", "order_id");
