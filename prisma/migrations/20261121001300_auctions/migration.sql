-- Auctions are listings; what is known of their bids before the close is their buyers' own orders.
ALTER TABLE "listing"
  ADD COLUMN "is_auction" boolean NOT NULL DEFAULT false,
  ADD COLUMN "opens_at" timestamptz(3),
  ADD COLUMN "closes_at" timestamptz(3),
  ADD COLUMN "clearing_price" bigint,
  ADD COLUMN "quantity_sold" bigint,
  ADD COLUMN "bids" integer,
  ADD COLUMN "cleared_at" timestamptz(3);

ALTER TABLE "market_order" ADD COLUMN "auction_id" text;
