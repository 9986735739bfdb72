-- Estimates are judged by the rule that they were told by; those that there are were told by the first.
ALTER TABLE "waitlist_estimate" ADD COLUMN "rule" integer NOT NULL DEFAULT 1;
DROP INDEX "waitlist_estimate_judged";
CREATE INDEX "waitlist_estimate_judged" ON "waitlist_estimate" ("market_id", "rule", "ended_at") WHERE "ended_at" IS NOT NULL;
