-- The event by which title to a reservation moved, and when; and the one that brought a pool's capacity
-- into the market. Empty for what was projected before: a rebuilt read model has them.
ALTER TABLE "reservation" ADD COLUMN "title_version" INTEGER, ADD COLUMN "moved_at" TIMESTAMPTZ(3);
ALTER TABLE "market_pool" ADD COLUMN "opened_version" INTEGER;
