-- Lines about an order: money set aside for it, spent by its fills, given back. There are none yet.
ALTER TABLE "ledger_entry" ADD COLUMN "order_id" text;
