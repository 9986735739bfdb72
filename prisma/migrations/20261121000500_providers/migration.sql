-- Pools: a read model of their streams, and the one thing that is not in the log.
CREATE TABLE "pool" (
  "pool_id" text NOT NULL,
  "market_id" text NOT NULL,
  "provider_id" text NOT NULL,
  "name" text NOT NULL,
  "platform" text NOT NULL,
  "region" text NOT NULL,
  "residency" jsonb NOT NULL,
  "grid_ms" integer NOT NULL,
  "nameplate" jsonb NOT NULL,
  "profile" jsonb NOT NULL,
  "profile_version" integer NOT NULL,
  "service_level" jsonb NOT NULL,
  "endpoint" jsonb NOT NULL,
  "terms" jsonb NOT NULL,
  "registered_at" timestamptz(3) NOT NULL,
  CONSTRAINT "pool_pkey" PRIMARY KEY ("pool_id")
);
CREATE INDEX "pool_by_market" ON "pool" ("market_id", "pool_id");
CREATE INDEX "pool_by_provider" ON "pool" ("provider_id", "pool_id");
CREATE INDEX "pool_by_platform" ON "pool" ("platform", "pool_id");

CREATE TABLE "pool_credential" (
  "pool_id" text NOT NULL,
  "sealed" bytea NOT NULL,
  "set_at" timestamptz(3) NOT NULL,
  CONSTRAINT "pool_credential_pkey" PRIMARY KEY ("pool_id")
);

-- Which terms a sale was made under.
ALTER TABLE "listing" ADD COLUMN "terms_version" integer NOT NULL;
ALTER TABLE "reservation" ADD COLUMN "terms_version" integer NOT NULL;
CREATE TABLE "pool_terms" (
  "pool_id" text NOT NULL,
  "version" integer NOT NULL,
  "terms" jsonb NOT NULL,
  CONSTRAINT "pool_terms_pkey" PRIMARY KEY ("pool_id", "version")
);
