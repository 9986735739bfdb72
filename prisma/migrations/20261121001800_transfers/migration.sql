-- The team of the holder's that uses a reservation; null: the organization as a whole.
ALTER TABLE "reservation" ADD COLUMN "team_id" text;
CREATE INDEX "reservation_by_team" ON "reservation" ("team_id", "reservation_id") WHERE "team_id" IS NOT NULL;
