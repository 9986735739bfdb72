-- Balances as of any instant: the last transaction that was posted by then.
CREATE INDEX "ledger_entry_by_time" ON "ledger_entry" ("organization_id", "posted_at", "version");
