-- A check of the whole log that an administrator asked for, and what it found.
CREATE TABLE "verification" (
  "verification_id" text NOT NULL,
  "status" text NOT NULL,
  "requested_by" text NOT NULL,
  "requested_at" timestamptz(3) NOT NULL,
  "finished_at" timestamptz(3),
  "streams" integer,
  "events" integer,
  "projections" integer,
  "lie" text,
  CONSTRAINT "verification_pkey" PRIMARY KEY ("verification_id")
);
CREATE INDEX "verification_by_request" ON "verification" ("requested_at", "verification_id");

-- The audit trail of the whole exchange, newest first, and of one stream in it.
CREATE INDEX "audit_entry_by_time" ON "audit_entry" ("at", "entry_id");
CREATE INDEX "audited_event_by_time" ON "audited_event" ("at", "entry_id");
CREATE INDEX "audited_event_by_subject" ON "audited_event" ("subject", "at", "entry_id");
