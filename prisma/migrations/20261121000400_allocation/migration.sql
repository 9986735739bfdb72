-- Read models of the market: rebuilt from the log at will.
CREATE TABLE "listing" (
  "listing_id" text NOT NULL,
  "market_id" text NOT NULL,
  "pool_id" text NOT NULL,
  "seller_id" text NOT NULL,
  "source_reservation_id" text,
  "window_start" timestamptz(3) NOT NULL,
  "window_end" timestamptz(3) NOT NULL,
  "quantity" bigint NOT NULL,
  "unit_price" bigint NOT NULL,
  "hops" integer NOT NULL,
  "status" text NOT NULL,
  "remaining" jsonb NOT NULL,
  "remaining_max" bigint NOT NULL,
  "created_at" timestamptz(3) NOT NULL,
  CONSTRAINT "listing_pkey" PRIMARY KEY ("listing_id")
);
CREATE INDEX "listing_by_price" ON "listing" ("market_id", "status", "unit_price", "listing_id");
CREATE INDEX "listing_by_status" ON "listing" ("status", "unit_price", "listing_id");
CREATE INDEX "listing_by_seller" ON "listing" ("seller_id", "listing_id");

CREATE TABLE "reservation" (
  "reservation_id" text NOT NULL,
  "market_id" text NOT NULL,
  "pool_id" text NOT NULL,
  "listing_id" text NOT NULL,
  "seller_id" text NOT NULL,
  "holder_id" text NOT NULL,
  "source_reservation_id" text,
  "window_start" timestamptz(3) NOT NULL,
  "window_end" timestamptz(3) NOT NULL,
  "quantity" bigint NOT NULL,
  "unit_price" bigint NOT NULL,
  "amount" bigint NOT NULL,
  "hops" integer NOT NULL,
  "status" text NOT NULL,
  "held_at" timestamptz(3) NOT NULL,
  "expires_at" timestamptz(3),
  "paid_at" timestamptz(3),
  "entitlement" jsonb NOT NULL,
  "fee" bigint,
  "refund" bigint,
  "stream_version" integer NOT NULL,
  CONSTRAINT "reservation_pkey" PRIMARY KEY ("reservation_id")
);
CREATE INDEX "reservation_by_holder" ON "reservation" ("holder_id", "reservation_id");
CREATE INDEX "reservation_by_seller" ON "reservation" ("seller_id", "reservation_id");
CREATE INDEX "reservation_by_pool" ON "reservation" ("pool_id", "window_start");

CREATE TABLE "market_pool" (
  "pool_id" text NOT NULL,
  "market_id" text NOT NULL,
  "provider_id" text NOT NULL,
  "opened_at" timestamptz(3) NOT NULL,
  CONSTRAINT "market_pool_pkey" PRIMARY KEY ("pool_id")
);
