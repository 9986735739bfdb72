import type { Pool } from 'pg';
import type { PoolId } from '../../kernel/ids.js';
import { DAY_MS, formatInstant, plus, type Instant } from '../../kernel/time.js';
import { EVIDENCE_AGE } from '../model/pool-evidence.rules.js';
import type { EvidenceSource } from '../model/pool-evidence.events.js';
import { readServed, type MeasuredRow } from './served-request.reading.js';
import { mergeAll, sketchesOf, type Sketches } from './service-sketches.js';

// A day is made of the judged hours of holders and of our own requests, which only become more: the
// number of them says which of two versions of a day is the newer. So it can be made at any time, twice,
// late, or in two processes at once.

export interface EvidenceOf {
  readonly poolId: PoolId;
  readonly profileVersion: number;
}

export interface EvidenceDay {
  readonly day: Instant;
  readonly source: EvidenceSource;
  readonly records: number;
  /** The newest request, or the end of the newest hour. */
  readonly newest: Instant;
  readonly sketches: Sketches;
}

const HOURS = `
  SELECT records, sketches, (extract(epoch FROM hour) * 1000)::int8 AS at FROM service_sketch
  WHERE pool_id = $1 AND profile_version = $2 AND hour >= $3 AND hour < $4`;

/** In the words of a usage report, so that both are read alike. */
const PROBES = `
  SELECT sent_at AS "servedAt", prompt_tokens AS input, 0 AS "cachedInput", output_tokens AS output,
    0 AS reasoning, outcome AS reason, 'standard' AS tier, true AS "isStream",
    output_tokens AS "ownOutput", ttft_us AS ttft, 0 AS queued, NULL AS duration,
    streaming_us AS streaming, concurrency
  FROM probe WHERE pool_id = $1 AND profile_version = $2 AND sent_at >= $3 AND sent_at < $4`;

const PUT = `
  INSERT INTO evidence_day (pool_id, profile_version, day, source, records, newest, sketches)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (pool_id, profile_version, day, source) DO UPDATE SET records = EXCLUDED.records,
    newest = EXCLUDED.newest, sketches = EXCLUDED.sketches
  WHERE evidence_day.records <= EXCLUDED.records`;

const READ = `
  SELECT (extract(epoch FROM day::timestamp) * 1000)::int8 AS day, source, records,
    (extract(epoch FROM newest) * 1000)::int8 AS newest, sketches
  FROM evidence_day WHERE pool_id = $1 AND profile_version = $2 AND day >= $3::date
  ORDER BY day, source`;

export const dayOf = (instant: Instant): Instant => (Math.floor(instant / DAY_MS) * DAY_MS) as Instant;

/** Makes the days anew that something may have come to: today, and all that an hour is judged late of. */
export async function makeDays(pool: Pool, of: EvidenceOf, now: Instant): Promise<void> {
  const today = dayOf(now);
  for (let age = 0; age <= EVIDENCE_AGE; age += DAY_MS) {
    const day = plus(today, -age);
    const values = [of.poolId, of.profileVersion, formatInstant(day), formatInstant(plus(day, DAY_MS))];
    const hours = await pool.query<{ records: number; sketches: Sketches; at: string }>(HOURS, values);
    const newestHour = Math.max(...hours.rows.map(({ at }) => Number(at)));
    const parts = hours.rows.map(({ sketches }) => sketches);
    const served = hours.rows.reduce((sum, { records }) => sum + records, 0);
    await put(pool, of, { day, source: 'traffic', records: served, newest: newestHour as Instant, sketches: mergeAll(parts) });
    const probes = (await pool.query<MeasuredRow>(PROBES, values)).rows.map(readServed);
    const newest = Math.max(...probes.map(({ servedAt }) => servedAt)) as Instant;
    const answered = probes.filter(({ end }) => end === 'answered');
    await put(pool, of, { day, source: 'probe', records: probes.length, newest, sketches: sketchesOf(answered) });
  }
}

async function put(pool: Pool, { poolId, profileVersion }: EvidenceOf, one: EvidenceDay): Promise<void> {
  if (one.records === 0) return;
  await pool.query(PUT, [
    ...[poolId, profileVersion, formatInstant(one.day).slice(0, 10), one.source, one.records],
    ...[formatInstant(one.newest), JSON.stringify(one.sketches)],
  ]);
}

/** The days that are still evidence, oldest first. */
export async function readDays(pool: Pool, of: EvidenceOf, now: Instant): Promise<readonly EvidenceDay[]> {
  type Row = Omit<EvidenceDay, 'day' | 'newest'> & { readonly day: string; readonly newest: string };
  const from = formatInstant(plus(dayOf(now), -EVIDENCE_AGE)).slice(0, 10);
  const { rows } = await pool.query<Row>(READ, [of.poolId, of.profileVersion, from]);
  return rows.map((row) => ({
    ...row,
    day: Number(row.day) as Instant,
    newest: Number(row.newest) as Instant,
  }));
}
