-- Terms that were published before say nothing of it: a missed service level costs nothing.
UPDATE "pool" SET "terms" = "terms" || '{"credits":{"samplesMin":1,"steps":[]}}'
  WHERE NOT "terms" ? 'credits';
UPDATE "pool_terms" SET "terms" = "terms" || '{"serviceLevel":null}'
  WHERE NOT "terms" ? 'serviceLevel';
