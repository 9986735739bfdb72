import type { Pool } from 'pg';
import type { ReservationId } from '../../kernel/ids.js';
import { formatInstant, HOUR_MS, plus, type Instant } from '../../kernel/time.js';
import type { CountEvidence, CountSample } from '../model/count-dispute.events.js';
import { COUNT_DISPUTE_LIMITS } from '../model/count-dispute.rules.js';
import type { TokenCounts } from '../model/token-counts.js';

/**
 * Both counts of what our gateway measured in an hour. They are compared where an answer came to its
 * end; whatever was cut short is billed by our count, and where nothing fit was claimed there is
 * nothing to be billed by instead. The gateway has no count of input but a bound: by position
 * `counted` the input is what was billed. Tokens claimed beyond what was billed are plain ones.
 */
const EVIDENCE = `
  WITH measured AS (
    SELECT id, dispute, claimed_output_tokens AS claim, own_output_tokens AS own,
      input_tokens AS input, cached_tokens AS cached, output_tokens AS output,
      reasoning_tokens AS reasoning,
      CASE WHEN reason = 'completed' THEN coalesce(own_output_tokens, output_tokens)
        ELSE output_tokens END AS counted_output,
      CASE WHEN reason = 'completed' AND claimed_input_tokens IS NOT NULL
        AND claimed_output_tokens IS NOT NULL THEN claimed_output_tokens
        ELSE output_tokens END AS claimed_output,
      CASE WHEN reason = 'completed' AND claimed_input_tokens IS NOT NULL
        AND claimed_output_tokens IS NOT NULL THEN claimed_input_tokens
        ELSE input_tokens END AS claimed_input
    FROM usage_report
    WHERE reservation_id = $1 AND served_at >= $2 AND served_at < $3 AND evidence = 'gateway'
  ), differing AS (
    SELECT *, greatest(abs(counted_output - output),
      abs(claimed_output - output) + abs(claimed_input - input)) AS distance
    FROM measured
    WHERE counted_output <> output OR claimed_output <> output OR claimed_input <> input
  )
  SELECT count(*)::int AS records, (SELECT count(*)::int FROM differing) AS differing,
    coalesce(sum(input), 0)::text AS input, coalesce(sum(cached), 0)::text AS cached,
    coalesce(sum(output), 0)::text AS output, coalesce(sum(reasoning), 0)::text AS reasoning,
    coalesce(sum(counted_output), 0)::text AS "countedOutput",
    coalesce(sum(least(reasoning, counted_output)), 0)::text AS "countedReasoning",
    coalesce(sum(claimed_input), 0)::text AS "claimedInput",
    coalesce(sum(least(cached, claimed_input)), 0)::text AS "claimedCached",
    coalesce(sum(claimed_output), 0)::text AS "claimedOutput",
    coalesce(sum(least(reasoning, claimed_output)), 0)::text AS "claimedReasoning",
    (SELECT coalesce(json_agg(json_build_object('requestId', id, 'billed', output::text,
        'counted', coalesce(own, output)::text, 'claimed', claim::text, 'reason', dispute)
        ORDER BY distance DESC, id), '[]')
      FROM (SELECT * FROM differing ORDER BY distance DESC, id LIMIT $4) AS most) AS samples
  FROM measured`;

type Counted =
  | 'input'
  | 'cached'
  | 'output'
  | 'reasoning'
  | 'countedOutput'
  | 'countedReasoning'
  | 'claimedInput'
  | 'claimedCached'
  | 'claimedOutput'
  | 'claimedReasoning';

interface Row extends Readonly<Record<Counted, string>> {
  readonly records: number;
  readonly differing: number;
  readonly samples: readonly SampleRow[];
}

interface SampleRow {
  readonly requestId: string;
  readonly billed: string;
  readonly counted: string;
  readonly claimed: string | null;
  readonly reason: string | null;
}

/** Null where our gateway measured nothing. */
export async function readCountEvidence(
  pool: Pool,
  reservationId: ReservationId,
  hour: Instant,
): Promise<CountEvidence | null> {
  const window = [formatInstant(hour), formatInstant(plus(hour, HOUR_MS))];
  const { samples } = COUNT_DISPUTE_LIMITS;
  const { rows } = await pool.query<Row>(EVIDENCE, [reservationId, ...window, samples]);
  const [row] = rows;
  return row === undefined || row.records === 0 ? null : toEvidence(row);
}

function toEvidence(row: Row): CountEvidence {
  const { records, differing, input, cached } = row;
  const counts = (...given: readonly [string, string, string, string]): TokenCounts => {
    const [all, cachedInput, output, reasoning] = given.map(BigInt) as [bigint, bigint, bigint, bigint];
    return { input: all, cachedInput, output, reasoning };
  };
  return {
    ...{ records, differing },
    billed: counts(input, cached, row.output, row.reasoning),
    counted: counts(input, cached, row.countedOutput, row.countedReasoning),
    claimed: counts(row.claimedInput, row.claimedCached, row.claimedOutput, row.claimedReasoning),
    samples: row.samples.map(toSample),
  };
}

function toSample({ requestId, billed, counted, claimed, reason }: SampleRow): CountSample {
  const said = claimed === null ? null : BigInt(claimed);
  return { requestId, billed: BigInt(billed), counted: BigInt(counted), claimed: said, reason };
}
