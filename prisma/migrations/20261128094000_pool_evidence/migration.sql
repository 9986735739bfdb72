-- What our own requests to a pool showed: never billed, and of no hour that anybody was promised.
CREATE TABLE "probe" (
  "pool_id" text NOT NULL,
  "slot" timestamptz(3) NOT NULL,
  "number" integer NOT NULL,
  "profile_version" integer NOT NULL,
  "sent_at" timestamptz(3) NOT NULL,
  "outcome" text NOT NULL,
  "prompt_tokens" integer NOT NULL,
  "output_tokens" integer NOT NULL,
  "ttft_us" bigint,
  "streaming_us" bigint,
  "concurrency" integer NOT NULL,
  CONSTRAINT "probe_pkey" PRIMARY KEY ("pool_id", "slot", "number")
);
CREATE INDEX "probe_by_day" ON "probe" ("pool_id", "profile_version", "sent_at");

-- What was measured of a pool in a UTC day, of requests of holders and of our own apart: made of judged
-- hours and of probes at will. Of two versions the one of more records is the newer.
CREATE TABLE "evidence_day" (
  "pool_id" text NOT NULL,
  "profile_version" integer NOT NULL,
  "day" date NOT NULL,
  "source" text NOT NULL,
  "records" integer NOT NULL,
  "newest" timestamptz(3) NOT NULL,
  "sketches" jsonb NOT NULL,
  CONSTRAINT "evidence_day_pkey" PRIMARY KEY ("pool_id", "profile_version", "day", "source")
);

-- Read models of the pools' evidence: rebuilt from the log at will.
CREATE TABLE "pool_level" (
  "pool_id" text NOT NULL,
  "profile_version" integer NOT NULL,
  "level" text NOT NULL,
  "changed_at" timestamptz(3) NOT NULL,
  CONSTRAINT "pool_level_pkey" PRIMARY KEY ("pool_id")
);
CREATE TABLE "pool_alarm" (
  "pool_id" text NOT NULL,
  "source" text NOT NULL,
  "figure" text NOT NULL,
  "provider_id" text NOT NULL,
  "profile_version" integer NOT NULL,
  "recent" bigint NOT NULL,
  "recent_samples" integer NOT NULL,
  "baseline" bigint NOT NULL,
  "baseline_samples" integer NOT NULL,
  "raised_at" timestamptz(3) NOT NULL,
  CONSTRAINT "pool_alarm_pkey" PRIMARY KEY ("pool_id", "source", "figure")
);
CREATE INDEX "pool_alarm_by_provider" ON "pool_alarm" ("provider_id", "pool_id");
