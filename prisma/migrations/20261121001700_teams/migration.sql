-- Who within an organization uses what it holds.
CREATE TABLE "team" (
  "team_id" text NOT NULL,
  "organization_id" text NOT NULL,
  "name" text NOT NULL,
  -- Lower case: names that differ by case only are one.
  "name_key" text NOT NULL,
  "created_at" timestamptz(3) NOT NULL,
  CONSTRAINT "team_pkey" PRIMARY KEY ("team_id"),
  CONSTRAINT "team_organization_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization" ("organization_id") ON DELETE RESTRICT ON UPDATE RESTRICT
);
CREATE UNIQUE INDEX "team_name" ON "team" ("organization_id", "name_key");
CREATE INDEX "team_by_organization" ON "team" ("organization_id", "team_id");
