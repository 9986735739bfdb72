-- People and their credentials. State, not events: personal data stays erasable.
CREATE TABLE "organization" (
  "organization_id" text NOT NULL,
  "name" text NOT NULL,
  "is_provider" boolean NOT NULL,
  "is_buyer" boolean NOT NULL,
  "is_platform" boolean NOT NULL DEFAULT false,
  "created_at" timestamptz(3) NOT NULL,
  CONSTRAINT "organization_pkey" PRIMARY KEY ("organization_id"),
  CONSTRAINT "organization_has_purpose" CHECK ("is_provider" OR "is_buyer" OR "is_platform")
);
-- There is one organization that runs the exchange.
CREATE UNIQUE INDEX "organization_platform" ON "organization" ("is_platform") WHERE "is_platform";

CREATE TABLE "member" (
  "member_id" text NOT NULL,
  "organization_id" text NOT NULL,
  "email" text NOT NULL,
  "name" text NOT NULL,
  "password_hash" text,
  "role" text NOT NULL,
  "is_platform_admin" boolean NOT NULL DEFAULT false,
  "created_at" timestamptz(3) NOT NULL,
  "removed_at" timestamptz(3),
  CONSTRAINT "member_pkey" PRIMARY KEY ("member_id"),
  CONSTRAINT "member_organization_fkey" FOREIGN KEY ("organization_id")
    REFERENCES "organization" ("organization_id") ON DELETE RESTRICT ON UPDATE RESTRICT,
  CONSTRAINT "member_role" CHECK ("role" IN ('owner', 'trader', 'finance', 'viewer'))
);
-- Stored in lower case: one address, one person.
CREATE UNIQUE INDEX "member_email" ON "member" ("email");
CREATE INDEX "member_by_organization" ON "member" ("organization_id", "member_id");

CREATE TABLE "invitation" (
  "invitation_id" text NOT NULL,
  "member_id" text NOT NULL,
  "token_hash" bytea NOT NULL,
  "expires_at" timestamptz(3) NOT NULL,
  "accepted_at" timestamptz(3),
  CONSTRAINT "invitation_pkey" PRIMARY KEY ("invitation_id"),
  CONSTRAINT "invitation_member_fkey" FOREIGN KEY ("member_id")
    REFERENCES "member" ("member_id") ON DELETE CASCADE ON UPDATE RESTRICT
);
CREATE UNIQUE INDEX "invitation_token" ON "invitation" ("token_hash");

CREATE TABLE "session" (
  "session_id" text NOT NULL,
  "member_id" text NOT NULL,
  "token_hash" bytea NOT NULL,
  "created_at" timestamptz(3) NOT NULL,
  "seen_at" timestamptz(3) NOT NULL,
  "expires_at" timestamptz(3) NOT NULL,
  "revoked_at" timestamptz(3),
  CONSTRAINT "session_pkey" PRIMARY KEY ("session_id"),
  CONSTRAINT "session_member_fkey" FOREIGN KEY ("member_id")
    REFERENCES "member" ("member_id") ON DELETE CASCADE ON UPDATE RESTRICT
);
CREATE UNIQUE INDEX "session_token" ON "session" ("token_hash");
CREATE INDEX "session_by_member" ON "session" ("member_id");

CREATE TABLE "api_key" (
  "key_id" text NOT NULL,
  "organization_id" text NOT NULL,
  "name" text NOT NULL,
  "secret_hash" bytea NOT NULL,
  "scopes" text[] NOT NULL,
  "created_by" text NOT NULL,
  "created_at" timestamptz(3) NOT NULL,
  "expires_at" timestamptz(3) NOT NULL,
  "revoked_at" timestamptz(3),
  CONSTRAINT "api_key_pkey" PRIMARY KEY ("key_id"),
  CONSTRAINT "api_key_organization_fkey" FOREIGN KEY ("organization_id")
    REFERENCES "organization" ("organization_id") ON DELETE RESTRICT ON UPDATE RESTRICT
);
CREATE INDEX "api_key_by_organization" ON "api_key" ("organization_id", "key_id");

CREATE TABLE "audit_entry" (
  "entry_id" text NOT NULL,
  "at" timestamptz(3) NOT NULL,
  "organization_id" text,
  "actor" text NOT NULL,
  "action" text NOT NULL,
  "subject" text NOT NULL,
  "details" jsonb NOT NULL,
  CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("entry_id")
);
CREATE INDEX "audit_entry_by_organization" ON "audit_entry" ("organization_id", "entry_id");

-- Written once: nobody, the product included, changes what was recorded.
CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER "audit_entry_append_only" BEFORE UPDATE OR DELETE ON "audit_entry"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
