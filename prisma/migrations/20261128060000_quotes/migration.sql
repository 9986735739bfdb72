-- Prices that were given for a while, and the hold that each part of them is.
ALTER TABLE "reservation" ADD COLUMN "quote_id" text;

CREATE TABLE "quote" (
  "quote_id" text NOT NULL,
  "market_id" text NOT NULL,
  "buyer_id" text NOT NULL,
  "window_start" timestamptz(3) NOT NULL,
  "window_end" timestamptz(3) NOT NULL,
  "quantity" bigint NOT NULL,
  "limit_price" bigint,
  "constraints" jsonb NOT NULL,
  "amount" bigint NOT NULL,
  "unit_price" bigint NOT NULL,
  "fills" jsonb NOT NULL,
  "status" text NOT NULL,
  "quoted_at" timestamptz(3) NOT NULL,
  "expires_at" timestamptz(3) NOT NULL,
  "closed_at" timestamptz(3),
  "stream_version" integer NOT NULL,
  CONSTRAINT "quote_pkey" PRIMARY KEY ("quote_id")
);
CREATE INDEX "quote_by_buyer" ON "quote" ("buyer_id", "quoted_at", "quote_id");
