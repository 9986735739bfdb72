import type { Pool } from 'pg';
import type { ReservationId } from '../../kernel/ids.js';
import { formatInstant, MINUTE_MS, plus, type Instant } from '../../kernel/time.js';
import { addCounts, NO_TOKENS, type TokenCounts } from '../model/token-counts.js';
import type { PilotSide } from '../contract.js';
import type { RequestEnd } from '../model/served-request.js';
import { readCounts, readServed, type MeasuredRow } from './served-request.reading.js';
import { mergeAll, sketchesOf, type Sketches } from './service-sketches.js';

// Pairs of a request and its repetition, by the minute in which it was repeated, made as service minutes
// are: of usage reports that never change and only become more.

/** Requests of one side, on one lane, cold or warm. */
export interface PilotPart {
  readonly side: PilotSide;
  readonly reservationId: ReservationId | null;
  readonly isCold: boolean;
  readonly requests: number;
  readonly ends: Readonly<Record<RequestEnd, number>>;
  readonly counts: TokenCounts;
  readonly sketches: Sketches;
}

/** A pair is both: what the client got, by the try that was repeated, and the repetition. */
const PAIRED = `
  FROM usage_report mirror
  JOIN usage_report client ON client.organization_id = mirror.organization_id
    AND client.source = mirror.source AND client.id = coalesce(
      (SELECT given_up.id FROM usage_report given_up WHERE given_up.organization_id = mirror.organization_id
        AND given_up.source = mirror.source AND given_up.id = mirror.mirror_of || '.0'),
      mirror.mirror_of)
  WHERE mirror.pilot_id = $1`;

const STALE = `
  SELECT (extract(epoch FROM found.minute) * 1000)::int8 AS minute
  FROM (
    SELECT date_trunc('minute', mirror.served_at) AS minute, count(*)::int AS pairs ${PAIRED} GROUP BY 1
  ) AS found
  LEFT JOIN pilot_minute known ON known.pilot_id = $1 AND known.minute = found.minute
  WHERE known.pairs IS NULL OR known.pairs < found.pairs
  ORDER BY 1`;

const columnsOf = (side: PilotSide, table: string): string => `
  SELECT '${side}' AS side, ${table}.reservation_id AS "reservationId", ${table}.is_cold AS "isCold",
    ${table}.served_at AS "servedAt", ${table}.input_tokens AS input, ${table}.cached_tokens AS "cachedInput",
    ${table}.output_tokens AS output, ${table}.reasoning_tokens AS reasoning, ${table}.reason, ${table}.tier,
    ${table}.is_stream AS "isStream", ${table}.own_output_tokens AS "ownOutput", ${table}.ttft_us AS ttft,
    ${table}.queued_us AS queued, ${table}.duration_us AS duration, ${table}.streaming_us AS streaming, ${table}.concurrency
  ${PAIRED} AND mirror.served_at >= $2 AND mirror.served_at < $3`;

const READ = `${columnsOf('client', 'client')} UNION ALL ${columnsOf('mirror', 'mirror')}`;

const PUT = `
  INSERT INTO pilot_minute (pilot_id, minute, pairs, parts) VALUES ($1, $2, $3, $4)
  ON CONFLICT (pilot_id, minute) DO UPDATE SET pairs = EXCLUDED.pairs, parts = EXCLUDED.parts
  WHERE pilot_minute.pairs < EXCLUDED.pairs`;

interface PairedRow extends MeasuredRow {
  readonly side: PilotSide;
  readonly reservationId: ReservationId | null;
  readonly isCold: boolean | null;
}

/** Of usage that was served before: its pilots may have been looked at by nobody so far. */
const PILOTS_BEFORE = `SELECT DISTINCT pilot_id AS "pilotId" FROM usage_report WHERE pilot_id IS NOT NULL AND served_at < $1`;

/** Makes the minutes of pilots whose usage reports of before that moment are about to be forgotten: their reports are kept. */
export async function keepPilotsOf(pool: Pool, servedBefore: Instant): Promise<void> {
  const { rows } = await pool.query<{ pilotId: string }>(PILOTS_BEFORE, [formatInstant(servedBefore)]);
  for (const { pilotId } of rows) await makeMinutes(pool, pilotId);
}

/** Makes the minutes that more is known of now, and merges all of them. */
export async function readPilotParts(pool: Pool, pilotId: string): Promise<readonly PilotPart[]> {
  await makeMinutes(pool, pilotId);
  type Row = { readonly parts: readonly StoredPart[] };
  const { rows } = await pool.query<Row>('SELECT parts FROM pilot_minute WHERE pilot_id = $1', [pilotId]);
  return merge(rows.flatMap(({ parts }) => parts.map(restore)));
}

async function makeMinutes(pool: Pool, pilotId: string): Promise<void> {
  const stale = await pool.query<{ minute: string }>(STALE, [pilotId]);
  for (const { minute: text } of stale.rows) await rollUp(pool, pilotId, Number(text) as Instant);
}

async function rollUp(pool: Pool, pilotId: string, minute: Instant): Promise<void> {
  const span = [formatInstant(minute), formatInstant(plus(minute, MINUTE_MS))];
  const { rows } = await pool.query<PairedRow>(READ, [pilotId, ...span]);
  const parts = partsOf(rows);
  const pairs = rows.length / 2;
  await pool.query(PUT, [pilotId, span[0], pairs, JSON.stringify(parts.map(store))]);
}

const NO_ENDS: PilotPart['ends'] = { answered: 0, failed: 0, aborted: 0, refused: 0 };

type Named = Pick<PilotPart, 'side' | 'reservationId' | 'isCold'>;
const nameOf = ({ side, reservationId, isCold }: Named): string =>
  `${side} ${reservationId ?? ''} ${isCold}`;

/** By side, lane and temperature, in an order that is always the same. */
function grouped<Item>(items: readonly Item[], nameOfItem: (item: Item) => string): readonly Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(nameOfItem(item)) ?? [];
    group.push(item);
    groups.set(nameOfItem(item), group);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

const isColdRow = ({ isCold }: PairedRow): boolean => isCold === true;

function partsOf(rows: readonly PairedRow[]): readonly PilotPart[] {
  const groups = grouped(rows, (row) => nameOf({ ...row, isCold: isColdRow(row) }));
  return groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const requests = group.map(readServed);
    const ends = { ...NO_ENDS };
    for (const { end } of requests) ends[end] += 1;
    return [
      {
        ...{ side: first.side, reservationId: first.reservationId, isCold: isColdRow(first) },
        ...{ requests: group.length, ends },
        counts: group.map(readCounts).reduce(addCounts, NO_TOKENS),
        sketches: sketchesOf(requests),
      },
    ];
  });
}

/** The same parts, of several minutes together. */
function merge(parts: readonly PilotPart[]): readonly PilotPart[] {
  return grouped(parts, nameOf).flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const ends = { ...NO_ENDS };
    for (const part of group) for (const end of ENDS) ends[end] += part.ends[end];
    const requests = group.reduce((sum, part) => sum + part.requests, 0);
    const counts = group.map((part) => part.counts).reduce(addCounts, NO_TOKENS);
    return [{ ...first, ends, requests, counts, sketches: mergeAll(group.map(({ sketches }) => sketches)) }];
  });
}

const ENDS = ['answered', 'failed', 'aborted', 'refused'] as const satisfies readonly RequestEnd[];

/** JSON knows no bigint. */
type StoredPart = Omit<PilotPart, 'counts'> & {
  readonly counts: Readonly<Record<keyof TokenCounts, string>>;
};

function store({ counts, ...part }: PilotPart): StoredPart {
  const { input, cachedInput, output, reasoning } = counts;
  return {
    ...part,
    counts: {
      ...{ input: `${input}`, cachedInput: `${cachedInput}` },
      ...{ output: `${output}`, reasoning: `${reasoning}` },
    },
  };
}

const restore = ({ counts, ...part }: StoredPart): PilotPart => ({ ...part, counts: readCounts(counts) });
