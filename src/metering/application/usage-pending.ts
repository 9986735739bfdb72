import type { Pool, PoolClient } from 'pg';
import { instantArray, textArray } from '../../eventstore/binary-array.js';
import type { Statement } from '../../eventstore/statements-query.js';
import type { ReservationId } from '../../kernel/ids.js';
import { floorToGrid, formatInstant, HOUR_MS, plus, type Instant } from '../../kernel/time.js';
import { addTiers, addUsage, NO_USAGE, type TierCounts, type UsageSum } from '../model/token-counts.js';
import { inTransaction } from '../../platform/database/transaction.js';
import { awaitCycle } from './usage-locks.js';
import { ROLL_UP_AFTER, rollUpJob } from './usage.definition.js';

// Use waits here for the job that rates it. A reservation's use is cut into cycles 0, 1, 2 …: rows
// are put into the open cycle together with that cycle's one job, whose key is unique for ever. The
// job first closes the cycle, which waits for every transaction that still puts rows into it, so
// that nothing can come into a cycle after its job has looked.

/** Use of one reservation in one hour. */
export interface HourUse {
  readonly reservationId: ReservationId;
  readonly hour: Instant;
  readonly sum: UsageSum;
  /** What of it was served at a tier that is known. */
  readonly tiers: readonly TierCounts[];
}

/** Use of one model at one tier in one minute; without events: its entitlement in that hour may have changed. */
export interface PendingUse {
  readonly reservationId: ReservationId;
  readonly minute: Instant;
  readonly model: string;
  /** Null: nobody says. */
  readonly tier: string | null;
  /** Below zero where more was taken back than came in. */
  readonly sum: UsageSum;
}

/**
 * Rows, and the job of their cycle unless it has been put already. Which cycles are open is looked up
 * by the statement: it sees whatever was committed before their locks were taken.
 */
const PUT = `
  WITH open AS (
    SELECT id, coalesce(known.cycle, 0) AS cycle
    FROM unnest($1::text[]) AS id LEFT JOIN usage_cycle known ON known.reservation_id = id
  ), pending AS (
    INSERT INTO usage_pending (reservation_id, cycle, hour, events, input_tokens, cached_tokens,
      output_tokens, reasoning_tokens, minute, model, tier, put_at)
    SELECT id, cycle, hour, events, input, cached, output, reasoning, minute, model, nullif(tier, ''), $2
    FROM unnest($3::text[], $4::timestamptz[], $5::numeric[], $6::numeric[], $7::numeric[],
      $8::numeric[], $9::numeric[], $10::timestamptz[], $11::text[], $15::text[])
      AS given(id, hour, events, input, cached, output, reasoning, minute, model, tier)
    JOIN open USING (id)
  )
  INSERT INTO eventstore.outbox (queue, job, dedupe_key, payload, run_at)
  SELECT $12, $13, $13 || ' ' || id || ' ' || cycle,
    json_build_object('reservationId', id, 'cycle', cycle)::text, $14
  FROM open ORDER BY id
  ON CONFLICT (queue, dedupe_key) DO NOTHING`;

/**
 * Puts use into the open cycles of its reservations and commits nothing. These must be kept open, by a
 * lock that was taken in a statement before this one.
 */
export async function putPending(
  client: PoolClient,
  uses: readonly PendingUse[],
  now: Instant,
): Promise<void> {
  const { values, ...statement } = pendingStatement(uses, now);
  await client.query({ ...statement, values: [...values] });
}

/** The same as a statement of an exchange. */
export function pendingStatement(uses: readonly PendingUse[], now: Instant): Statement & { readonly name: string } {
  // In one order, so that requests that put the same jobs never wait for each other in a circle.
  const reservationIds = [...new Set(uses.map(({ reservationId }) => reservationId))].sort();
  const numbers = (value: (sum: UsageSum) => bigint): string => `{${uses.map(({ sum }) => value(sum)).join()}}`;
  const values = [
    ...[textArray(reservationIds), formatInstant(now)],
    textArray(uses.map(({ reservationId }) => reservationId)),
    instantArray(uses.map(({ minute }) => floorToGrid(minute, HOUR_MS))),
    numbers(({ events }) => events),
    ...[numbers(({ counts }) => counts.input), numbers(({ counts }) => counts.cachedInput)],
    ...[numbers(({ counts }) => counts.output), numbers(({ counts }) => counts.reasoning)],
    instantArray(uses.map(({ minute }) => minute)),
    textArray(uses.map(({ model }) => model)),
    ...[rollUpJob.queue, rollUpJob.name, formatInstant(plus(now, ROLL_UP_AFTER))],
    textArray(uses.map(({ tier }) => tier ?? '')),
  ];
  return { name: 'put-pending-use-by-tier', text: PUT, values };
}

/** The next cycle is the open one; a cycle that is closed already stays closed. */
const CLOSE = `INSERT INTO usage_cycle (reservation_id, cycle, closed_at) VALUES ($1, $2, $3)
  ON CONFLICT (reservation_id) DO UPDATE SET cycle = EXCLUDED.cycle, closed_at = EXCLUDED.closed_at
  WHERE usage_cycle.cycle < EXCLUDED.cycle`;

export async function closeCycle(
  pool: Pool,
  { reservationId, cycle }: { readonly reservationId: ReservationId; readonly cycle: number },
  now: Instant,
): Promise<void> {
  await inTransaction(pool, async (client) => {
    await awaitCycle(client, reservationId);
    await client.query(CLOSE, [reservationId, cycle + 1, formatInstant(now)]);
  });
}

const QUIET = `SELECT reservation_id AS "reservationId" FROM usage_cycle
  WHERE reservation_id > $1 AND (closed_at IS NULL OR closed_at < $2) ORDER BY reservation_id LIMIT $3`;

/** Reservations of which nothing was rated since, page by page. */
export async function quietSince(
  pool: Pool,
  since: Instant,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<readonly ReservationId[]> {
  const { rows } = await pool.query<{ reservationId: ReservationId }>(QUIET, [after, formatInstant(since), limit]);
  return rows.map(({ reservationId }) => reservationId);
}

const FORGET = `DELETE FROM usage_cycle WHERE reservation_id = $1
  AND NOT EXISTS (SELECT FROM usage_pending WHERE reservation_id = $1)
  AND NOT EXISTS (SELECT FROM usage_report WHERE reservation_id = $1)`;

/**
 * Forgets how far a reservation's cycles have come. Only of one that can have no more use: what came
 * after would be in cycle 0 once more, whose keys are taken for ever.
 */
export async function forgetCycles(pool: Pool, reservationId: ReservationId): Promise<void> {
  await inTransaction(pool, async (client) => {
    await awaitCycle(client, reservationId);
    await client.query(FORGET, [reservationId]);
  });
}

const SUM = `SELECT (extract(epoch FROM hour) * 1000)::int8 AS hour, tier, sum(events) AS events,
    sum(input_tokens) AS input, sum(cached_tokens) AS "cachedInput",
    sum(output_tokens) AS output, sum(reasoning_tokens) AS reasoning
  FROM usage_pending WHERE reservation_id = $1 AND cycle = $2 GROUP BY hour, tier ORDER BY hour, tier NULLS FIRST`;
const WAITING = `SELECT DISTINCT cycle FROM usage_pending
  WHERE reservation_id = $1 AND cycle <= $2 ORDER BY cycle`;

/**
 * Closed cycles up to this one that hold something, the first one first: what a later one takes back
 * is never rated before it was there.
 */
export async function waitingCycles(
  pool: Pool,
  reservationId: ReservationId,
  cycle: number,
): Promise<readonly number[]> {
  const { rows } = await pool.query<{ cycle: string }>(WAITING, [reservationId, cycle]);
  return rows.map((row) => Number(row.cycle));
}

/** What a closed cycle holds, hour by hour: the same however often it is asked. */
export async function readCycle(
  pool: Pool,
  reservationId: ReservationId,
  cycle: number,
): Promise<readonly HourUse[]> {
  const { rows } = await pool.query<CycleRow>(SUM, [reservationId, cycle]);
  const hours = new Map<Instant, HourUse>();
  for (const row of rows) {
    const hour = Number(row.hour) as Instant;
    const known = hours.get(hour) ?? { reservationId, hour, sum: NO_USAGE, tiers: [] };
    const sum = sumOf(row);
    const tiers = row.tier === null ? [] : [{ tier: row.tier, counts: sum.counts }];
    hours.set(hour, { ...known, sum: addUsage(known.sum, sum), tiers: addTiers(known.tiers, tiers) });
  }
  return [...hours.values()];
}

type Column = 'hour' | 'events' | 'input' | 'cachedInput' | 'output' | 'reasoning';
type CycleRow = Readonly<Record<Column, string>> & { readonly tier: string | null };

function sumOf({ events, input, cachedInput, output, reasoning }: CycleRow): UsageSum {
  const counts = { input: BigInt(input), cachedInput: BigInt(cachedInput), output: BigInt(output), reasoning: BigInt(reasoning) };
  return { events: BigInt(events), counts };
}
