-- What is listed by itself when it is not used, and what came of looking the last time.
ALTER TABLE "reservation" ADD COLUMN "idle_rule" jsonb, ADD COLUMN "idle_review" jsonb;
