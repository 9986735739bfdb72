-- Before providers could count more requests, all of what they may count was left out.
UPDATE "pool" SET "terms" = jsonb_set("terms", '{credits,exclusions}', '["overLimit", "tooLong", "batch"]')
  WHERE NOT "terms" -> 'credits' ? 'exclusions';
UPDATE "pool_terms" SET "terms" = jsonb_set("terms", '{serviceLevel,credits,exclusions}', '["overLimit", "tooLong", "batch"]')
  WHERE jsonb_typeof("terms" -> 'serviceLevel') = 'object' AND NOT "terms" -> 'serviceLevel' -> 'credits' ? 'exclusions';
UPDATE "service_hour" SET "terms" = jsonb_set("terms", '{credits,exclusions}', '["overLimit", "tooLong", "batch"]')
  WHERE NOT "terms" -> 'credits' ? 'exclusions';
