import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import type { LogPosition } from '../../eventstore/event.js';
import type { ReservationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import { POOL } from '../../platform/platform.module.js';
import {
  RatedUsage,
  type RatedHour,
  type RatedHourChange,
  type RatedHoursQuery,
  type ServedHours,
  type ServedHoursQuery,
} from '../contract.js';
import type { WeightedTokens } from '../model/rating.js';
import { servedAt, SERVED, servedValues } from './served-hour.texts.js';

const COLUMNS = [
  'revision',
  'events',
  'input_tokens',
  'cached_tokens',
  'output_tokens',
  'reasoning_tokens',
  'weighted',
  'entitled',
  'overage',
  'overage_amount',
] as const;

const columnsOf = (table: string): string =>
  [
    ...COLUMNS.map((name) => `${table}.${name}::text`),
    `(extract(epoch FROM ${table}.rated_at) * 1000)::int8::text`,
  ].join(', ');

/** A place that is null stands for the end of the log, or for its start. */
const upTo = (table: string, transaction: string, position: string): string =>
  `(${table}.log_transaction, ${table}.log_position) <= (${transaction}::int8, ${position}::int8)`;

/** The primary key gives the order; the newest revision of each hour is taken. */
const NEWEST = `
  SELECT DISTINCT ON (given.hour, given.reservation_id) given.*
  FROM usage_revision AS given
  WHERE given.holder_id = $1 AND given.hour >= $2 AND given.hour < $3
    AND (given.hour, given.reservation_id) > ($4, $5)
    AND ${upTo('given', '$6', '$7')}`;
const ORDER = 'ORDER BY given.hour, given.reservation_id, given.revision DESC';
const WHICH = 'page.reservation_id, (extract(epoch FROM page.hour) * 1000)::int8::text';

/** Nothing was known before: no earlier revision is looked for. */
const PAGE = `
  SELECT ${WHICH}, ${columnsOf('page')}
  FROM (${NEWEST} ${ORDER} LIMIT $8) AS page
  ORDER BY page.hour, page.reservation_id`;

const PAGE_SINCE = `
  SELECT ${WHICH}, ${columnsOf('page')}, ${columnsOf('earlier')}
  FROM (${NEWEST} AND NOT ${upTo('given', '$9', '$10')} ${ORDER} LIMIT $8) AS page
  LEFT JOIN LATERAL (
    SELECT * FROM usage_revision AS known
    WHERE known.holder_id = $1 AND known.hour = page.hour
      AND known.reservation_id = page.reservation_id AND ${upTo('known', '$9', '$10')}
    ORDER BY known.revision DESC LIMIT 1
  ) AS earlier ON true
  ORDER BY page.hour, page.reservation_id`;

/** Hours that one statement looks up. */
const SERVED_AT_ONCE = 5_000;
const END = (2n ** 63n - 1n).toString();

const textsOf = ({ transactionId, position }: LogPosition): readonly string[] => [
  transactionId.toString(),
  position.toString(),
];

@Injectable()
export class RatedHours extends RatedUsage {
  constructor(@Inject(POOL) private readonly pool: Pool) {
    super();
  }

  async page(query: RatedHoursQuery): Promise<readonly RatedHourChange[]> {
    const { holderId, window, after, asOf, since, limit } = query;
    const { rows } = await this.pool.query<Texts>({
      text: since === null ? PAGE : PAGE_SINCE,
      rowMode: 'array',
      values: [
        ...[holderId, new Date(window.start), new Date(window.end)],
        ...[new Date(after?.hour ?? -1), after?.reservationId ?? ''],
        ...[...(asOf === null ? [END, END] : textsOf(asOf)), limit],
        ...(since === null ? [] : textsOf(since)),
      ],
    });
    return rows.map(readRow);
  }

  async served({ holderId, asOf, hours }: ServedHoursQuery): Promise<ServedHours> {
    const texts: (string | undefined)[] = [];
    for (let from = 0; from < hours.length; from += SERVED_AT_ONCE) {
      const values = [holderId, ...servedValues(hours, from, from + SERVED_AT_ONCE), ...(asOf === null ? [END, END] : textsOf(asOf))];
      const { rows } = await this.pool.query<(string | null)[]>({ text: SERVED, values, rowMode: 'array' });
      for (const text of rows[0]?.[0]?.split(';') ?? []) texts[Number.parseInt(text, 10)] = text;
    }
    return servedAt(texts);
  }
}

type Texts = (string | null)[];
/** The columns stand behind which hour it is; those of what was known before behind them. */
const NOW = 2;
const BEFORE = NOW + COLUMNS.length + 1;

function readRow(row: Texts): RatedHourChange {
  const isKnown = row.length > BEFORE && row[BEFORE] !== null;
  return { now: readRevision(row, NOW), before: isKnown ? readRevision(row, BEFORE) : null };
}

/** A million of them are read for a file: each member is taken from its place. */
function readRevision(row: Texts, from: number): RatedHour {
  const at = (place: number): bigint => BigInt(row[from + place] ?? 0);
  return {
    reservationId: row[0] as ReservationId,
    hour: Number(row[1]) as Instant,
    revision: Number(row[from]),
    events: at(1),
    counts: { input: at(2), cachedInput: at(3), output: at(4), reasoning: at(5) },
    weighted: at(6) as WeightedTokens,
    entitled: at(7) as WeightedTokens,
    overage: at(8) as WeightedTokens,
    overageAmount: at(9) as MicroUsd,
    ratedAt: Number(row[from + 10]) as Instant,
  };
}
