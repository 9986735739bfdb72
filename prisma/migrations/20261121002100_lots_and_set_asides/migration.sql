-- What a pool is traded in, and what is kept for small buyers. Pools that were registered before have
-- lots of one token/s and keep nothing.
ALTER TABLE "listing" ADD COLUMN "lot_size" bigint NOT NULL DEFAULT 1;
ALTER TABLE "pool" ADD COLUMN "lot_size" bigint NOT NULL DEFAULT 1;
UPDATE "pool" SET "terms" = "terms" || '{"setAside":null}' WHERE NOT "terms" ? 'setAside';
