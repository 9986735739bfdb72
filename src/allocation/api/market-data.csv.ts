import { toCsv } from '../../api/http/csv.js';
import { formatUsd } from '../../kernel/money.js';
import { formatInstant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { AvailableStep } from '../model/availability.js';
import type { IntervalName } from '../model/period.rules.js';
import { perMillionTokens } from '../model/price.measures.js';
import type { Candle, TradeRow } from '../projection/trade.queries.js';
import type { CalendarStep, DepthLevelType, MarketDepthType } from './market-data.book.types.js';
import { showCandle, showTrade } from './market-data.presentation.js';
import type {
  PriceIndexClassType,
  PriceIndexType,
  SpeedPremiumType,
  SpeedRangeType,
} from './market-data.trade.types.js';

const TRADE_COLUMNS = [
  'market',
  'sequence',
  'traded_at',
  'window_start',
  'window_end',
  'tokens_per_second',
  'token_hours',
  'currency',
  'unit_price_micro_usd',
  'usd_per_million_tokens',
  'amount_usd',
  'speed_class',
] as const;

/** One row for each trade, oldest first. */
export function tradesCsv(rows: readonly TradeRow[]): string {
  const cells = rows.map(showTrade).map((trade) => [
    trade.marketId,
    String(trade.sequence),
    trade.tradedAt.toISOString(),
    trade.window.start.toISOString(),
    trade.window.end.toISOString(),
    trade.quantity.toString(),
    trade.volume,
    'USD',
    trade.unitPrice.toString(),
    formatUsd(trade.pricePerMillionTokens),
    formatUsd(trade.amount),
    trade.speedClass ?? '',
  ]);
  return toCsv(TRADE_COLUMNS, cells);
}

const CANDLE_COLUMNS = [
  'market',
  'interval',
  'start',
  'currency',
  'open_micro_usd',
  'high_micro_usd',
  'low_micro_usd',
  'close_micro_usd',
  'vwap_micro_usd',
  'trades',
  'token_hours',
] as const;

/** One row for each interval with a trade, oldest first. Prices are per token/s and hour. */
export function candlesCsv(
  market: string,
  interval: IntervalName,
  rows: readonly Candle[],
): string {
  const cells = rows.map(showCandle).map(({ start, open, high, low, close, vwap, ...candle }) => [
    market,
    interval,
    start.toISOString(),
    'USD',
    ...[open, high, low, close, vwap].map(String),
    String(candle.count),
    candle.volume,
  ]);
  return toCsv(CANDLE_COLUMNS, cells);
}

const DEPTH_COLUMNS = [
  'market',
  'window_start',
  'window_end',
  'as_of',
  'side',
  'level',
  'currency',
  'unit_price_micro_usd',
  'usd_per_million_tokens',
  'tokens_per_second',
  'cumulative_tokens_per_second',
  'count',
] as const;

/** One row for each level: asks, the cheapest first, then bids, the dearest first. */
export function depthCsv(depth: MarketDepthType | null): string {
  if (depth === null) return toCsv(DEPTH_COLUMNS, []);
  const { marketId, window, asOf, asks, bids } = depth;
  const same = [marketId, ...boundsOf(window), formatInstant(asOf)];
  const sideOf = (side: string, levels: readonly DepthLevelType[]): string[][] =>
    levels.map((level, index) => [...same, side, String(index + 1), 'USD', ...cellsOfLevel(level)]);
  return toCsv(DEPTH_COLUMNS, [...sideOf('ASK', asks), ...sideOf('BID', bids)]);
}

function cellsOfLevel(level: DepthLevelType): string[] {
  return [
    level.unitPrice.toString(),
    formatUsd(level.pricePerMillionTokens),
    level.quantity.toString(),
    level.cumulativeQuantity.toString(),
    String(level.count),
  ];
}

const AVAILABILITY_COLUMNS = [
  'market',
  'step',
  'window_start',
  'window_end',
  'tokens_per_second',
  'currency',
  'best_price_micro_usd',
  'best_usd_per_million_tokens',
] as const;

/** One row for each step, also where nothing is on offer: its prices are empty then. */
export function availabilityCsv(
  market: string,
  step: CalendarStep,
  rows: readonly AvailableStep[],
): string {
  const cells = rows.map(({ window, quantity, bestPrice }) => [
    market,
    step,
    ...boundsOf(window),
    quantity.toString(),
    'USD',
    ...(bestPrice === null ? ['', ''] : [bestPrice.toString(), formatUsd(perMillionTokens(bestPrice))]),
  ]);
  return toCsv(AVAILABILITY_COLUMNS, cells);
}

const AVERAGE_COLUMNS = [
  'currency',
  'unit_price_micro_usd',
  'usd_per_million_tokens',
  'trades',
  'token_hours',
] as const;

type Average = Omit<PriceIndexClassType, 'speedClass' | 'streamTokensPerSecondMin'>;

/** Prices are empty where nothing was traded. */
function cellsOfAverage({ unitPrice, pricePerMillionTokens, trades, volume }: Average): string[] {
  return [
    'USD',
    unitPrice?.toString() ?? '',
    pricePerMillionTokens === null ? '' : formatUsd(pricePerMillionTokens),
    String(trades),
    volume,
  ];
}

const INDEX_COLUMNS = [
  'model',
  'period_start',
  'period_end',
  'speed_class',
  'stream_tokens_per_second_min',
  ...AVERAGE_COLUMNS,
] as const;

/** One row for each speed class, the slowest first, traded or not. */
export function priceIndexCsv({ model, period, classes }: PriceIndexType): string {
  const cells = classes.map(({ speedClass, streamTokensPerSecondMin, ...average }) => [
    model,
    ...boundsOf(period),
    speedClass,
    String(streamTokensPerSecondMin),
    ...cellsOfAverage(average),
  ]);
  return toCsv(INDEX_COLUMNS, cells);
}

const PREMIUM_COLUMNS = [
  'model',
  'period_start',
  'period_end',
  'ttft_p95_ms_from',
  'ttft_p95_ms_below',
  'stream_tokens_per_second_min_from',
  'stream_tokens_per_second_min_below',
  ...AVERAGE_COLUMNS,
] as const;

/** One row for each point of the curve: where something was traded. */
export function speedPremiumCsv({ model, period, points }: SpeedPremiumType): string {
  const cells = points.map(({ ttftP95Ms, streamTokensPerSecondMin, ...average }) => [
    model,
    ...boundsOf(period),
    ...cellsOfRange(ttftP95Ms),
    ...cellsOfRange(streamTokensPerSecondMin),
    ...cellsOfAverage(average),
  ]);
  return toCsv(PREMIUM_COLUMNS, cells);
}

/** A range without an end has an empty one. */
const cellsOfRange = ({ from, below }: SpeedRangeType): string[] => [String(from), below?.toString() ?? ''];

const boundsOf = ({ start, end }: Window): string[] => [formatInstant(start), formatInstant(end)];
