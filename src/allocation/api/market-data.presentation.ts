import type { Window } from '../../kernel/window.js';
import type { DepthLevel, TopOfBook } from '../model/depth.js';
import {
  averagePerMillionTokens,
  averagePrice,
  formatTokenHours,
  NOTHING_TRADED,
  addVolumes,
  perMillionTokens,
  type TradedVolume,
} from '../model/price.measures.js';
import { SPEED_CLASSES, speedClassOf } from '../model/speed.classes.js';
import type { Candle, SpeedClassVolume, SpeedPoint, TradeRow } from '../projection/trade.queries.js';
import type { DepthLevelType, TopOfBookType } from './market-data.book.types.js';
import type {
  CandleType,
  MarketTradeType,
  PriceIndexClassType,
  SpeedPremiumPointType,
  SpeedPremiumType,
} from './market-data.trade.types.js';

export function showLevel(level: DepthLevel): DepthLevelType {
  return { ...level, pricePerMillionTokens: perMillionTokens(level.unitPrice) };
}

export function showTop(
  { bestAsk, bestBid, spread }: TopOfBook,
): Pick<TopOfBookType, 'bestAsk' | 'bestBid' | 'spread'> {
  return {
    bestAsk: bestAsk === null ? null : showLevel(bestAsk),
    bestBid: bestBid === null ? null : showLevel(bestBid),
    spread,
  };
}

export function showTrade(row: TradeRow): MarketTradeType {
  const { marketId, sequence, tradedAt, quantity, unitPrice, amount } = row;
  const speed = row.streamTokensPerSecondMin;
  return {
    ...{ marketId, sequence, tradedAt, quantity, unitPrice, amount },
    window: { start: row.windowStart, end: row.windowEnd },
    pricePerMillionTokens: perMillionTokens(unitPrice),
    volume: formatTokenHours(BigInt(row.tokenMs)),
    speedClass: speed === null ? null : speedClassOf(speed),
  };
}

export function showCandle({ start, open, high, low, close, ...volume }: Candle): CandleType {
  return {
    ...{ start, open, high, low, close, count: volume.trades },
    volume: formatTokenHours(volume.tokenMs),
    // A candle has a trade in it, and a trade has a volume.
    vwap: averagePrice(volume) ?? open,
  };
}

function showAverage(volume: TradedVolume): Omit<SpeedPremiumType, 'model' | 'period' | 'points'> {
  return {
    pricePerMillionTokens: averagePerMillionTokens(volume),
    unitPrice: averagePrice(volume),
    trades: volume.trades,
    volume: formatTokenHours(volume.tokenMs),
  };
}

/** Every class, traded or not. */
export function showClasses(traded: readonly SpeedClassVolume[]): readonly PriceIndexClassType[] {
  return SPEED_CLASSES.map(({ name, floor }) => {
    const volume = traded.find(({ speedClass }) => speedClass === name) ?? NOTHING_TRADED;
    return { speedClass: name, streamTokensPerSecondMin: floor, ...showAverage(volume) };
  });
}

export function showSpeedPremium(
  model: string,
  period: Window,
  points: readonly SpeedPoint[],
): SpeedPremiumType {
  const whole = points.reduce(addVolumes, NOTHING_TRADED);
  return { model, period, ...showAverage(whole), points: points.map(showPoint) };
}

function showPoint({ ttftP95Ms, streamTokensPerSecond, ...volume }: SpeedPoint): SpeedPremiumPointType {
  const streamTokensPerSecondMin = streamTokensPerSecond;
  return { ttftP95Ms, streamTokensPerSecondMin, ...showAverage(volume) };
}
