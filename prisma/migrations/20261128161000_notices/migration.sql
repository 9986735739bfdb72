-- What organizations are told of: by webhooks of theirs, and by e-mail to their members.
CREATE TABLE "notice" (
  "notice_id" text NOT NULL,
  "organization_id" text NOT NULL,
  "kind" text NOT NULL,
  -- JSON, as it is posted: the same to the byte at every attempt.
  "body" text NOT NULL,
  "occurred_at" timestamptz(3) NOT NULL,
  CONSTRAINT "notice_pkey" PRIMARY KEY ("notice_id")
);
CREATE INDEX "notice_by_time" ON "notice" ("occurred_at");

CREATE TABLE "webhook_endpoint" (
  "endpoint_id" text NOT NULL,
  "organization_id" text NOT NULL,
  "url" text NOT NULL,
  "description" text NOT NULL,
  "kinds" text[] NOT NULL,
  -- Sealed, bound to the endpoint; the one before stays valid for a while after a rotation.
  "secret" bytea NOT NULL,
  "previous_secret" bytea,
  "previous_secret_until" timestamptz(3),
  -- Since the first failure after the last success; null: the last attempt worked.
  "failing_since" timestamptz(3),
  "disabled_at" timestamptz(3),
  "disabled_because" text,
  "created_at" timestamptz(3) NOT NULL,
  CONSTRAINT "webhook_endpoint_pkey" PRIMARY KEY ("endpoint_id")
);
CREATE INDEX "webhook_endpoint_by_organization" ON "webhook_endpoint" ("organization_id", "endpoint_id");

CREATE TABLE "webhook_delivery" (
  "delivery_id" text NOT NULL,
  "endpoint_id" text NOT NULL,
  "notice_id" text NOT NULL,
  "organization_id" text NOT NULL,
  "status" text NOT NULL,
  "attempts" integer NOT NULL DEFAULT 0,
  -- Attempts before it was last sent again by hand: pauses begin anew.
  "earlier" integer NOT NULL DEFAULT 0,
  "next_attempt_at" timestamptz(3),
  "created_at" timestamptz(3) NOT NULL,
  CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("delivery_id"),
  CONSTRAINT "webhook_delivery_endpoint_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "webhook_endpoint" ("endpoint_id") ON DELETE CASCADE ON UPDATE RESTRICT,
  CONSTRAINT "webhook_delivery_notice_fkey" FOREIGN KEY ("notice_id") REFERENCES "notice" ("notice_id") ON DELETE CASCADE ON UPDATE RESTRICT
);
CREATE UNIQUE INDEX "webhook_delivery_once" ON "webhook_delivery" ("endpoint_id", "notice_id");
CREATE INDEX "webhook_delivery_by_endpoint" ON "webhook_delivery" ("endpoint_id", "created_at", "delivery_id");
CREATE INDEX "webhook_delivery_by_organization" ON "webhook_delivery" ("organization_id", "created_at", "delivery_id");
CREATE INDEX "webhook_delivery_by_notice" ON "webhook_delivery" ("notice_id");

CREATE TABLE "webhook_attempt" (
  "delivery_id" text NOT NULL,
  "number" integer NOT NULL,
  "at" timestamptz(3) NOT NULL,
  "duration_ms" integer NOT NULL,
  "response_status" integer,
  "failure" text,
  CONSTRAINT "webhook_attempt_pkey" PRIMARY KEY ("delivery_id", "number"),
  CONSTRAINT "webhook_attempt_delivery_fkey" FOREIGN KEY ("delivery_id") REFERENCES "webhook_delivery" ("delivery_id") ON DELETE CASCADE ON UPDATE RESTRICT
);

CREATE TABLE "mail_message" (
  "message_id" text NOT NULL,
  "organization_id" text NOT NULL,
  -- No address: it stays with the member.
  "member_id" text NOT NULL,
  "kind" text NOT NULL,
  "notice_id" text,
  "sealed" bytea,
  "status" text NOT NULL,
  "attempts" integer NOT NULL DEFAULT 0,
  "failure" text,
  "created_at" timestamptz(3) NOT NULL,
  "sent_at" timestamptz(3),
  CONSTRAINT "mail_message_pkey" PRIMARY KEY ("message_id")
);
CREATE INDEX "mail_message_by_time" ON "mail_message" ("created_at", "message_id");

CREATE TABLE "mail_mute" (
  "member_id" text NOT NULL,
  "kind" text NOT NULL,
  CONSTRAINT "mail_mute_pkey" PRIMARY KEY ("member_id", "kind")
);
