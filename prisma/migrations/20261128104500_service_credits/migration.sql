-- Hours that gave something back, or were disputed, of one side, newest first: few of all hours.
CREATE INDEX "service_hour_credit_by_holder" ON "service_hour" ("holder_id", "hour", "reservation_id")
  WHERE "credit_share" > 0 OR "dispute" IS NOT NULL;
CREATE INDEX "service_hour_credit_by_seller" ON "service_hour" ("seller_id", "hour", "reservation_id")
  WHERE "credit_share" > 0 OR "dispute" IS NOT NULL;
CREATE INDEX "service_hour_credit_by_provider" ON "service_hour" ("provider_id", "hour", "reservation_id")
  WHERE "credit_share" > 0 OR "dispute" IS NOT NULL;
