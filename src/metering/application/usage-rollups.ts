import type { Pool } from 'pg';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import { formatInstant, type Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { Parties } from '../model/usage.events.js';

/**
 * Moves what waited in a cycle into the rollups, all grains at once: what leaves one place is in the
 * other when the statement commits, so that it counts once however often the job runs.
 */
const ROLL_UP = `
  WITH gone AS (
    DELETE FROM usage_pending WHERE reservation_id = $1 AND cycle = $2
    RETURNING minute, model, events, input_tokens, cached_tokens, output_tokens, reasoning_tokens
  )
  INSERT INTO usage_rollup AS known (reservation_id, grain, start, model, holder_id, seller_id,
    provider_id, events, input_tokens, cached_tokens, output_tokens, reasoning_tokens)
  SELECT $1, grain, date_trunc(grain, minute, 'UTC'), model, $3, $4, $5, sum(events),
    sum(input_tokens), sum(cached_tokens), sum(output_tokens), sum(reasoning_tokens)
  FROM gone CROSS JOIN (VALUES ('minute'), ('hour'), ('day')) AS grains(grain)
  WHERE minute IS NOT NULL
    AND (events <> 0 OR input_tokens <> 0 OR cached_tokens <> 0 OR output_tokens <> 0 OR reasoning_tokens <> 0)
  GROUP BY grain, date_trunc(grain, minute, 'UTC'), model
  ORDER BY 2, 3, 4
  ON CONFLICT (reservation_id, grain, start, model) DO UPDATE SET
    events = known.events + EXCLUDED.events,
    input_tokens = known.input_tokens + EXCLUDED.input_tokens,
    cached_tokens = known.cached_tokens + EXCLUDED.cached_tokens,
    output_tokens = known.output_tokens + EXCLUDED.output_tokens,
    reasoning_tokens = known.reasoning_tokens + EXCLUDED.reasoning_tokens`;

/** The use of a cycle is in the log: now it is in the rollups too, and waits no more. */
export async function finishCycle(
  pool: Pool,
  { reservationId, cycle }: { readonly reservationId: ReservationId; readonly cycle: number },
  { holderId, sellerId, providerId }: Parties,
): Promise<void> {
  await pool.query(ROLL_UP, [reservationId, cycle, holderId, sellerId, providerId]);
}

const LAG = `SELECT coalesce(sum(events), 0)::text AS events, count(*)::int AS rows, min(put_at) AS oldest
  FROM usage_pending`;

export interface RollUpLag {
  /** Usage events that wait. */
  readonly events: bigint;
  readonly rows: number;
  /** Since when the first of them does; null: none does. */
  readonly oldest: Date | null;
}

export async function readLag(pool: Pool): Promise<RollUpLag> {
  type Row = Omit<RollUpLag, 'events'> & { readonly events: string };
  const { rows } = await pool.query<Row>(LAG);
  const { events = '0', rows: count = 0, oldest = null } = rows[0] ?? {};
  return { events: BigInt(events), rows: count, oldest };
}

/** For how long the first of what waits has waited, in milliseconds. */
export function lagMsOf({ oldest }: RollUpLag, now: Instant): number {
  return oldest === null ? 0 : Math.max(0, now - oldest.getTime());
}

export type Grain = 'minute' | 'hour' | 'day';
/** As whom an organization asks for all of its use. */
export type Side = 'holder' | 'provider';

export interface Rollup {
  readonly start: Date;
  readonly model: string;
  readonly events: bigint;
  readonly inputTokens: bigint;
  readonly cachedInputTokens: bigint;
  readonly outputTokens: bigint;
  readonly reasoningTokens: bigint;
}

const WHOSE = {
  reservation: 'reservation_id = $6 AND $2 IN (holder_id, seller_id, provider_id)',
  holder: '$6::text IS NULL AND holder_id = $2',
  provider: '$6::text IS NULL AND provider_id = $2',
} as const;

/** A closed set of texts: what is asked for is in the parameters. */
const selectOf = (whose: keyof typeof WHOSE): string => `
  SELECT start, model, sum(events)::text AS events, sum(input_tokens)::text AS "inputTokens",
    sum(cached_tokens)::text AS "cachedInputTokens", sum(output_tokens)::text AS "outputTokens",
    sum(reasoning_tokens)::text AS "reasoningTokens"
  FROM usage_rollup
  WHERE grain = $1 AND ${WHOSE[whose]} AND start >= $3 AND start < $4
    AND ($7::timestamptz IS NULL OR (start, model) > ($7, $8))
  GROUP BY start, model ORDER BY start, model LIMIT $5`;

/** What was used of one reservation, or of all on one side, oldest first. */
export async function readRollups(
  pool: Pool,
  where: {
    readonly organizationId: OrganizationId;
    readonly reservationId: string | null;
    readonly side: Side;
    readonly grain: Grain;
    readonly window: Window | null;
  },
  page: { readonly after: Pick<Rollup, 'start' | 'model'> | null; readonly take: number },
): Promise<readonly Rollup[]> {
  const { organizationId, reservationId, side, grain, window } = where;
  const from = window === null ? '-infinity' : formatInstant(window.start);
  const until = window === null ? 'infinity' : formatInstant(window.end);
  const { after, take } = page;
  type Row = { readonly [Key in keyof Rollup]: Rollup[Key] extends bigint ? string : Rollup[Key] };
  const { rows } = await pool.query<Row>(selectOf(reservationId === null ? side : 'reservation'), [
    ...[grain, organizationId, from, until, take, reservationId],
    ...[after?.start ?? null, after?.model ?? null],
  ]);
  return rows.map((row) => ({
    ...row,
    ...{ events: BigInt(row.events), inputTokens: BigInt(row.inputTokens) },
    ...{ cachedInputTokens: BigInt(row.cachedInputTokens), outputTokens: BigInt(row.outputTokens) },
    reasoningTokens: BigInt(row.reasoningTokens),
  }));
}
