-- What organizations forbid their own keys; without a row everything is off.
CREATE TABLE "guardrail" (
  "organization_id" text NOT NULL,
  "key_id" text NOT NULL,
  "context_tokens_max" integer,
  "output_tokens_max" integer,
  "coalescing" jsonb,
  "deadline" jsonb,
  "set_at" timestamptz(3) NOT NULL,
  CONSTRAINT "guardrail_pkey" PRIMARY KEY ("organization_id", "key_id")
);
