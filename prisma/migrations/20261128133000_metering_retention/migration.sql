-- When a reservation's use was rated last, by the product's clock; null: before this was written down.
-- What is over and needs no more cycles is forgotten.
ALTER TABLE "usage_cycle" ADD COLUMN "closed_at" timestamptz(3);

-- Minutes are forgotten by their time, whosever they are; they come about in its order.
CREATE INDEX "service_minute_by_time" ON "service_minute" USING brin ("minute");
