-- Whether a reservation has records of its provider's: what its holder reports is then looked up request by
-- request, and otherwise not. Of what our gateway recorded, usage_report_measured says it.
CREATE INDEX "usage_report_by_provider" ON "usage_report" ("reservation_id") WHERE "evidence" = 'provider';
