-- What organizations said of themselves when a document was issued: the event names the version, and what it says
-- is kept here, since it is personal. Documents of before name none, and go on as they were.
CREATE TABLE "party_version" (
    "version_id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "party" JSONB NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "party_version_pkey" PRIMARY KEY ("version_id")
);
CREATE INDEX "party_version_by_organization" ON "party_version"("organization_id", "made_at");
ALTER TABLE "credit_note" ADD COLUMN "issuer_party" TEXT, ADD COLUMN "customer_party" TEXT;
