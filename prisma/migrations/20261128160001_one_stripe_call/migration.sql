-- Every call to Stripe is a row of one table. The key that Stripe was given goes along: a payment, a transfer
-- or an account that was asked for and not answered is asked for under the same one.
ALTER TABLE "stripe_call"
  ADD COLUMN "idempotency_key" text,
  ADD COLUMN "keyed_at" timestamptz(3);
UPDATE "stripe_call" SET "idempotency_key" = "call_id", "keyed_at" = "created_at";
ALTER TABLE "stripe_call"
  ALTER COLUMN "idempotency_key" SET NOT NULL,
  ALTER COLUMN "keyed_at" SET NOT NULL;
CREATE INDEX "stripe_call_by_status" ON "stripe_call" ("status", "created_at", "call_id");

INSERT INTO "stripe_call" ("call_id", "idempotency_key", "keyed_at", "organization_id", "kind", "subject", "params",
  "status", "stripe_id", "failure_code", "attempts", "created_at", "updated_at")
SELECT "top_up_id", "top_up_id", "created_at", "organization_id", 'charge_top_up', "top_up_id", '{}'::jsonb,
  "status", "payment_intent_id", "failure_code", "attempts", "created_at", "updated_at"
FROM "top_up"
UNION ALL
-- A payout that Stripe refused for good was done with: the books say that it failed.
SELECT c."payout_id", c."payout_id", c."created_at", c."organization_id", 'create_transfer', c."payout_id", '{}'::jsonb,
  CASE WHEN c."status" <> 'done' THEN c."status" WHEN p."status" = 'failed' THEN 'failed' ELSE 'succeeded' END,
  p."transfer_id",
  CASE WHEN c."status" = 'done' AND p."status" IS DISTINCT FROM 'failed' THEN NULL ELSE c."last_error" END,
  c."attempts", c."created_at", c."updated_at"
FROM "payout_call" c LEFT JOIN "payout" p ON p."payout_id" = c."payout_id"
UNION ALL
SELECT "reversal_id", "reversal_id", "created_at", "organization_id", 'reverse_transfer', "reversal_id",
  jsonb_build_object('payoutId', "payout_id", 'transferId', "transfer_id", 'amount', "amount"::text,
    'note', "note", 'askedBy', "asked_by"),
  CASE "status" WHEN 'done' THEN 'succeeded' ELSE "status" END, "stripe_reversal_id",
  CASE "status" WHEN 'done' THEN NULL ELSE "last_error" END, "attempts", "created_at", "updated_at"
FROM "transfer_reversal"
UNION ALL
SELECT "request_id", "request_id", "requested_at", "organization_id", 'create_payout_account', 'account', '{}'::jsonb,
  CASE WHEN "account_id" IS NOT NULL THEN 'succeeded' WHEN "needs_review" THEN 'needs_review' ELSE 'pending' END,
  "account_id", CASE WHEN "account_id" IS NULL THEN "last_error" END, "attempts", "created_at",
  COALESCE("asked_at", "requested_at")
FROM "payout_account";

-- An account's request is named by its call from now on.
ALTER TABLE "payout_account"
  DROP COLUMN "requested_at",
  DROP COLUMN "attempts",
  DROP COLUMN "last_error";
ALTER TABLE "top_up" DROP COLUMN "attempts";
DROP TABLE "payout_call";
DROP TABLE "transfer_reversal";
