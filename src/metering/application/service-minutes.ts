import type { Pool } from 'pg';
import type { ReservationId } from '../../kernel/ids.js';
import { formatInstant, HOUR_MS, MINUTE_MS, plus, type Instant } from '../../kernel/time.js';
import type { SaleTerms, ServiceLevelTerms } from '../../providers/contract.js';
import { weightedOf, type WeightedTokens } from '../model/rating.js';
import { exclusionOf, measure, type Measured, type MeasuredMinute } from '../model/service-hour.measure.js';
import { readCounts, readServed, type MeasuredRow } from './served-request.reading.js';
import { sketchesOf, type Sketches } from './service-sketches.js';

// A minute is made of the usage reports that our own gateway stored for it, which are never changed and
// only become more: the number of them says which of two versions of a minute is the newer. So a
// minute can be made at any time, twice, late, or in two processes at once, and counts once.

export interface RolledMinute extends MeasuredMinute {
  readonly records: number;
  readonly sketches: Sketches;
}

const STALE = `
  SELECT (extract(epoch FROM found.minute) * 1000)::int8 AS minute
  FROM (
    SELECT date_trunc('minute', served_at) AS minute, count(*)::int AS records
    FROM usage_report
    WHERE reservation_id = $1 AND served_at >= $2 AND served_at < $3 AND evidence = 'gateway'
    GROUP BY 1
  ) AS found
  LEFT JOIN service_minute known ON known.reservation_id = $1 AND known.minute = found.minute
  WHERE known.records IS DISTINCT FROM found.records
  ORDER BY 1`;

const READ = `
  SELECT served_at AS "servedAt", input_tokens AS input, cached_tokens AS "cachedInput",
    output_tokens AS output, reasoning_tokens AS reasoning, reason, tier, is_stream AS "isStream",
    own_output_tokens AS "ownOutput", ttft_us AS ttft, queued_us AS queued, duration_us AS duration,
    streaming_us AS streaming, concurrency
  FROM usage_report
  WHERE reservation_id = $1 AND served_at >= $2 AND served_at < $3 AND evidence = 'gateway'`;

const PUT = `
  INSERT INTO service_minute (reservation_id, minute, records, measured, weighted, sketches)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (reservation_id, minute) DO UPDATE SET records = EXCLUDED.records,
    measured = EXCLUDED.measured, weighted = EXCLUDED.weighted, sketches = EXCLUDED.sketches
  WHERE service_minute.records < EXCLUDED.records`;

const MINUTES = `
  SELECT (extract(epoch FROM minute) * 1000)::int8 AS minute, records, measured, weighted, sketches
  FROM service_minute WHERE reservation_id = $1 AND minute >= $2 AND minute < $3 ORDER BY minute`;

const span = (from: Instant, length: number): readonly [string, string] => [
  formatInstant(from),
  formatInstant(plus(from, length)),
];

/** Makes the minutes of an hour that more is known of now. */
export async function rollUpMinutes(
  pool: Pool,
  { reservationId, hour }: { readonly reservationId: ReservationId; readonly hour: Instant },
  terms: SaleTerms & { readonly serviceLevel: ServiceLevelTerms },
): Promise<void> {
  const stale = await pool.query<{ minute: string }>(STALE, [reservationId, ...span(hour, HOUR_MS)]);
  for (const { minute: text } of stale.rows) {
    const minute = Number(text) as Instant;
    const found = await pool.query<MeasuredRow>(READ, [reservationId, ...span(minute, MINUTE_MS)]);
    const rolled = rollUp(minute, found.rows, terms);
    await pool.query(PUT, [
      ...[reservationId, formatInstant(minute), rolled.records],
      ...[JSON.stringify(rolled.measured), rolled.weighted.toString()],
      JSON.stringify(rolled.sketches),
    ]);
  }
}

function rollUp(
  minute: Instant,
  rows: readonly MeasuredRow[],
  { serviceLevel, usage }: Parameters<typeof rollUpMinutes>[2],
): RolledMinute {
  const requests = rows.map(readServed);
  const counted = requests.filter((request) => exclusionOf(request, serviceLevel) === null);
  const weighted = rows.reduce((sum, row) => sum + weightedOf(readCounts(row), usage.weights), 0n);
  return {
    ...{ minute, records: rows.length, weighted: weighted as WeightedTokens },
    measured: measure(requests, serviceLevel),
    sketches: sketchesOf(counted),
  };
}

export async function readMinutes(
  pool: Pool,
  reservationId: ReservationId,
  hour: Instant,
): Promise<readonly RolledMinute[]> {
  interface Row {
    readonly minute: string;
    readonly records: number;
    readonly measured: Measured;
    readonly weighted: string;
    readonly sketches: Sketches;
  }
  const { rows } = await pool.query<Row>(MINUTES, [reservationId, ...span(hour, HOUR_MS)]);
  return rows.map(({ minute, weighted, ...row }) => ({
    ...row,
    minute: Number(minute) as Instant,
    weighted: BigInt(weighted) as WeightedTokens,
  }));
}
