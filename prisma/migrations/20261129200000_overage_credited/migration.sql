-- Before what came back of overage was told by tokens and tier, nothing of it was.
UPDATE "invoice_summary" SET "overage" = (
  SELECT jsonb_agg('{"credited": "0"}'::jsonb || total ORDER BY place)
  FROM jsonb_array_elements("overage") WITH ORDINALITY AS each (total, place)
) WHERE jsonb_array_length("overage") > 0;
