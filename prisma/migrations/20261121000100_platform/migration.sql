-- How far the simulated clock is ahead of the system's; empty where the clock is real.
CREATE TABLE "simulated_clock" (
  "only_row" boolean NOT NULL DEFAULT true,
  "offset_ms" bigint NOT NULL,
  CONSTRAINT "simulated_clock_pkey" PRIMARY KEY ("only_row"),
  CONSTRAINT "simulated_clock_one_row" CHECK ("only_row"),
  CONSTRAINT "simulated_clock_forward" CHECK ("offset_ms" >= 0)
);
