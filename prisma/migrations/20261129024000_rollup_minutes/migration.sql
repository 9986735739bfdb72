-- Use by the minute is forgotten after a while, in the order in which it came: blocks tell enough.
CREATE INDEX "usage_rollup_by_start" ON "usage_rollup" USING BRIN ("start");
