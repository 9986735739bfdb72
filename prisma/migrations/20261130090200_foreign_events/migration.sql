-- Webhooks that were about nothing of ours, newest first.
CREATE INDEX "stripe_event_foreign" ON "stripe_event" ("received_at", "event_id") WHERE NOT "matched" AND "processed_at" IS NOT NULL;
