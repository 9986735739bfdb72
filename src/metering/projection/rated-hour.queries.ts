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
} from '../contract.js';
import type { WeightedTokens } from '../model/rating.js';

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

/**
 * The primary key gives the order; the newest revision of each hour is taken. Where nothing was known
 * before, no earlier one is looked for.
 */
const PAGE = `
  SELECT page.reservation_id, (extract(epoch FROM page.hour) * 1000)::int8::text, ${columnsOf('page')},
    ${columnsOf('earlier')}
  FROM (
    SELECT DISTINCT ON (given.hour, given.reservation_id) given.*
    FROM usage_revision AS given
    WHERE given.holder_id = $1 AND given.hour >= $2 AND given.hour < $3
      AND (given.hour, given.reservation_id) > ($4, $5)
      AND ${upTo('given', '$6', '$7')}
      AND ($8::text[] IS NULL OR given.reservation_id = ANY($8))
      AND ($9::int8 IS NULL OR NOT ${upTo('given', '$9', '$10')})
    ORDER BY given.hour, given.reservation_id, given.revision DESC
    LIMIT $11
  ) AS page
  LEFT JOIN LATERAL (
    SELECT * FROM usage_revision AS known
    WHERE known.holder_id = $1 AND known.hour = page.hour
      AND known.reservation_id = page.reservation_id AND ${upTo('known', '$9', '$10')}
    ORDER BY known.revision DESC LIMIT 1
  ) AS earlier ON $9::int8 IS NOT NULL
  ORDER BY page.hour, page.reservation_id`;

const END = (2n ** 63n - 1n).toString();

const textsOf = (place: LogPosition | null, otherwise: string | null): readonly (string | null)[] =>
  place === null
    ? [otherwise, otherwise]
    : [place.transactionId.toString(), place.position.toString()];

@Injectable()
export class RatedHours extends RatedUsage {
  constructor(@Inject(POOL) private readonly pool: Pool) {
    super();
  }

  async page(query: RatedHoursQuery): Promise<readonly RatedHourChange[]> {
    const { holderId, window, after, limit } = query;
    const { rows } = await this.pool.query<(string | null)[]>({
      text: PAGE,
      rowMode: 'array',
      values: [
        ...[holderId, new Date(window.start), new Date(window.end)],
        ...[new Date(after?.hour ?? -1), after?.reservationId ?? ''],
        ...[...textsOf(query.asOf, END), query.reservationIds],
        ...[...textsOf(query.since, null), limit],
      ],
    });
    return rows.map(readRow);
  }
}

/** The columns in two halves. */
type Five = [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
const WIDTH = COLUMNS.length + 1;

function readRow([reservationId, hour, ...values]: readonly (string | null)[]): RatedHourChange {
  const which = { reservationId: reservationId as ReservationId, hour: Number(hour) as Instant };
  const earlier = values.slice(WIDTH);
  return {
    now: { ...which, ...readRevision(values.slice(0, WIDTH)) },
    before: earlier[0] === null ? null : { ...which, ...readRevision(earlier) },
  };
}

function readRevision(values: readonly (string | null)[]): Omit<RatedHour, 'reservationId' | 'hour'> {
  const [revision, events, input, cachedInput, output, ...more] = values.map((text) =>
    BigInt(text ?? 0),
  ) as Five;
  const [reasoning, weighted, entitled, overage, amount, at] = more;
  return {
    ...{ revision: Number(revision), events, counts: { input, cachedInput, output, reasoning } },
    weighted: weighted as WeightedTokens,
    entitled: entitled as WeightedTokens,
    overage: overage as WeightedTokens,
    overageAmount: amount as MicroUsd,
    ratedAt: Number(at) as Instant,
  };
}
