import { MARKET } from './market-data.js';

/** What rows of files of market data must be by what the queries say, told apart from how the product makes them. */

const INSTANT = expect.stringMatching(/^2030-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
/** Micro-USD as dollars, with no more places than they need. */
const usd = (micro: string | null): string => (micro === null ? '' : String(Number(micro) / 1e6));
/** The same of a price for a token/s and hour, as one for a million tokens at full use. */
const usdOfMillion = (unitPrice: string | null): string =>
  unitPrice === null ? '' : (Math.round((Number(unitPrice) * 1e6) / 3_600) / 1e6).toFixed(6).replace(/0+$/, '');

export function levelRows(side: 'ASK' | 'BID', window: Record<'start' | 'end', string>, levels: any[]): object[] {
  return levels.map((level, at) => ({
    ...{ market: MARKET, window_start: window.start, window_end: window.end, as_of: INSTANT },
    ...{ side, level: String(at + 1), currency: 'USD', unit_price_micro_usd: level.unitPrice },
    usd_per_million_tokens: usd(level.pricePerMillionTokens),
    ...{ tokens_per_second: level.quantity, cumulative_tokens_per_second: level.cumulativeQuantity },
    count: String(level.count),
  }));
}

export function stepRow({ window, quantity, bestPrice }: any): object {
  return {
    ...{ market: MARKET, step: 'HOUR', window_start: window.start, window_end: window.end },
    ...{ tokens_per_second: quantity, currency: 'USD', best_price_micro_usd: bestPrice ?? '' },
    best_usd_per_million_tokens: usdOfMillion(bestPrice),
  };
}

function averageCells({ unitPrice, pricePerMillionTokens, trades, volume }: any): object {
  return {
    ...{ model: 'llama-3.3-70b', period_start: INSTANT, period_end: INSTANT, currency: 'USD' },
    ...{ unit_price_micro_usd: unitPrice ?? '', usd_per_million_tokens: usd(pricePerMillionTokens) },
    ...{ trades: String(trades), token_hours: volume },
  };
}

export function classRow({ speedClass, streamTokensPerSecondMin, ...average }: any): object {
  const floor = String(streamTokensPerSecondMin);
  return { speed_class: speedClass, stream_tokens_per_second_min: floor, ...averageCells(average) };
}

export function pointRow({ ttftP95Ms: ttft, streamTokensPerSecondMin: stream, ...average }: any): object {
  return {
    ...{ ttft_p95_ms_from: String(ttft.from), ttft_p95_ms_below: String(ttft.below ?? '') },
    ...{ stream_tokens_per_second_min_from: String(stream.from), stream_tokens_per_second_min_below: String(stream.below ?? '') },
    ...averageCells(average),
  };
}
