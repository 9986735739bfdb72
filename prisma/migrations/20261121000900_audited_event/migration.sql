-- What people and programs did that is in the log, as the audit trail shows it.
CREATE TABLE "audited_event" (
  "entry_id" text NOT NULL,
  "at" timestamptz(3) NOT NULL,
  "organization_id" text NOT NULL,
  "actor" text NOT NULL,
  "action" text NOT NULL,
  "subject" text NOT NULL,
  CONSTRAINT "audited_event_pkey" PRIMARY KEY ("entry_id")
);
CREATE INDEX "audited_event_by_organization" ON "audited_event" ("organization_id", "at", "entry_id");
