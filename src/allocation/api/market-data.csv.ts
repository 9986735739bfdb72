import { toCsv } from '../../api/http/csv.js';
import { formatUsd } from '../../kernel/money.js';
import type { IntervalName } from '../model/period.rules.js';
import type { Candle, TradeRow } from '../projection/trade.queries.js';
import { showCandle, showTrade } from './market-data.presentation.js';

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
