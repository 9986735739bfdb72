import { Injectable } from '@nestjs/common';
import type { Duration, Instant } from '../../kernel/time.js';
import { Database } from '../../platform/database/prisma.js';
import { Prisma } from '../../platform/prisma/generated/client.js';
import type { Period } from '../model/period.rules.js';
import type { TradedVolume } from '../model/price.measures.js';
import {
  SPEED_CLASSES,
  STREAM_BUCKETS,
  TTFT_BUCKETS,
  type SpeedBucket,
  type SpeedClass,
} from '../model/speed.classes.js';

/** A trade as everybody may see it. */
export interface TradeRow {
  readonly marketId: string;
  /** 1, 2, 3 … of its market, in the order in which they were made. */
  readonly sequence: number;
  readonly tradedAt: Date;
  readonly windowStart: Date;
  readonly windowEnd: Date;
  readonly quantity: bigint;
  readonly unitPrice: bigint;
  readonly amount: bigint;
  /** Quantity x milliseconds. */
  readonly tokenMs: string;
  /** Output tokens/s of one stream, as promised; null while the pool is not known here yet. */
  readonly streamTokensPerSecondMin: number | null;
}

/** What was traded in one interval. */
export interface Candle extends TradedVolume {
  readonly start: Date;
  readonly open: bigint;
  readonly high: bigint;
  readonly low: bigint;
  readonly close: bigint;
}

export interface SpeedClassVolume extends TradedVolume {
  readonly speedClass: SpeedClass;
}

export interface SpeedPoint extends TradedVolume {
  readonly ttftP95Ms: SpeedBucket;
  readonly streamTokensPerSecond: SpeedBucket;
}

type Bucketed = Record<'ttft' | 'stream', number>;
type Sums = Record<'tokenMs' | 'value', string> & { readonly trades: number };

/**
 * Trades with the service level they were sold under. The one place that knows where it stands: with
 * the providers, whose pools never change it. `pool_id` goes no further than this.
 */
const TRADES_WITH_SPEED = Prisma.sql`
  SELECT trade.*,
    (pool.service_level->>'ttftP95')::int AS ttft_p95_ms,
    (pool.service_level->>'streamTokensPerSecondMin')::int AS stream_tokens_per_second_min
  FROM trade LEFT JOIN pool USING (pool_id)
  WHERE trade.number IS NOT NULL`;

const SUMS = Prisma.sql`
  count(*)::int AS trades, sum(token_ms)::text AS "tokenMs", sum(unit_price * token_ms)::text AS value`;

/** Thresholds for `width_bucket`: all bounds but the first, which everything reaches. */
const CLASS_FLOORS = SPEED_CLASSES.slice(1).map(({ floor }) => floor);
const thresholds = (buckets: readonly SpeedBucket[]): number[] =>
  buckets.slice(1).map(({ from }) => from);

/** Prices and quantities that were traded. Sums are made by the database and divided here. */
@Injectable()
export class TradeQueries {
  constructor(private readonly database: Database) {}

  /** Newest first; `before` is the number of the last one seen. */
  newest(marketId: string, before: number | null, limit: number): Promise<TradeRow[]> {
    const isOlder = before === null ? Prisma.empty : Prisma.sql`AND number < ${before}`;
    return this.list(Prisma.sql`market_id = ${marketId} ${isOlder} ORDER BY number DESC`, limit);
  }

  /** Oldest first, of those behind a number up to and with another. */
  between(marketId: string, after: number, through: number, limit: number): Promise<TradeRow[]> {
    const isIn = Prisma.sql`number > ${after} AND number <= ${through}`;
    return this.list(Prisma.sql`market_id = ${marketId} AND ${isIn} ORDER BY number`, limit);
  }

  /** The number of the newest trade among what a market's log has up to a version; 0 where there is none. */
  async newestAt(marketId: string, version: number): Promise<number> {
    const row = await this.database.trade.findFirst({
      where: { marketId, sequence: { lte: version } },
      orderBy: { sequence: 'desc' },
      select: { number: true },
    });
    return row?.number ?? 0;
  }

  /** Oldest first. */
  within(marketId: string, period: Period, limit: number): Promise<TradeRow[]> {
    const isIn = isWithin(period);
    return this.list(Prisma.sql`market_id = ${marketId} AND ${isIn} ORDER BY number`, limit);
  }

  private list(condition: Prisma.Sql, limit: number): Promise<TradeRow[]> {
    return this.database.$queryRaw<TradeRow[]>`
      SELECT market_id AS "marketId", number AS sequence, traded_at AS "tradedAt",
        window_start AS "windowStart", window_end AS "windowEnd", quantity,
        unit_price AS "unitPrice", amount, token_ms::text AS "tokenMs",
        stream_tokens_per_second_min AS "streamTokensPerSecondMin"
      FROM (${TRADES_WITH_SPEED}) AS sold WHERE ${condition} LIMIT ${limit}`;
  }

  /** Oldest first; intervals without a trade are left out. First and last are in the market's order. */
  async candles(
    marketId: string,
    interval: Duration,
    period: Period,
    limit: number,
  ): Promise<Candle[]> {
    type Row = Omit<Candle, keyof TradedVolume> & Sums;
    const seconds = interval / 1_000;
    const rows = await this.database.$queryRaw<Row[]>`
      SELECT date_bin(make_interval(secs => ${seconds}), traded_at, 'epoch'::timestamptz) AS start,
        (array_agg(unit_price ORDER BY number))[1] AS open,
        max(unit_price) AS high, min(unit_price) AS low,
        (array_agg(unit_price ORDER BY number DESC))[1] AS close, ${SUMS}
      FROM trade WHERE market_id = ${marketId} AND number IS NOT NULL AND ${isWithin(period)}
      GROUP BY 1 ORDER BY 1 LIMIT ${limit}`;
    return rows.map((row) => ({ ...row, ...volumeOf(row) }));
  }

  /** Classes without a trade are left out. */
  async bySpeedClass(model: string, period: Period): Promise<SpeedClassVolume[]> {
    const rows = await this.database.$queryRaw<(Pick<Bucketed, 'stream'> & Sums)[]>`
      SELECT width_bucket(stream_tokens_per_second_min, ${CLASS_FLOORS}::int[]) AS stream, ${SUMS}
      FROM (${TRADES_WITH_SPEED}) AS sold
      WHERE model = ${model} AND ${isWithin(period)} AND stream_tokens_per_second_min IS NOT NULL
      GROUP BY 1 ORDER BY 1`;
    return rows.map((row) => ({ speedClass: nth(SPEED_CLASSES, row.stream).name, ...volumeOf(row) }));
  }

  /** By promised time to first token, then by stream speed; empty buckets are left out. */
  async bySpeed(model: string, period: Period): Promise<SpeedPoint[]> {
    const rows = await this.database.$queryRaw<(Bucketed & Sums)[]>`
      SELECT width_bucket(ttft_p95_ms, ${thresholds(TTFT_BUCKETS)}::int[]) AS ttft,
        width_bucket(stream_tokens_per_second_min, ${thresholds(STREAM_BUCKETS)}::int[]) AS stream,
        ${SUMS}
      FROM (${TRADES_WITH_SPEED}) AS sold
      WHERE model = ${model} AND ${isWithin(period)} AND stream_tokens_per_second_min IS NOT NULL
      GROUP BY 1, 2 ORDER BY 1, 2`;
    return rows.map((row) => ({
      ttftP95Ms: nth(TTFT_BUCKETS, row.ttft),
      streamTokensPerSecond: nth(STREAM_BUCKETS, row.stream),
      ...volumeOf(row),
    }));
  }
}

function isWithin({ from, to }: Period): Prisma.Sql {
  const at = (instant: Instant): Date => new Date(instant);
  return Prisma.sql`traded_at >= ${at(from)} AND traded_at < ${at(to)}`;
}

function volumeOf({ trades, tokenMs, value }: Sums): TradedVolume {
  return { trades, tokenMs: BigInt(tokenMs), value: BigInt(value) };
}

function nth<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new Error(`no bucket ${index}`);
  return item;
}
