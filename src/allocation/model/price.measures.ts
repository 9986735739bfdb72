import { divideHalfEven, type UnitPrice } from '../../kernel/money.js';
import { HOUR_MS } from '../../kernel/time.js';

/** A token/s for an hour is 3,600 tokens. */
const TOKENS_PER_TOKEN_HOUR = 3_600n;
const MILLION = 1_000_000n;

/**
 * Sums over trades. `tokenMs`: tokens/s x milliseconds; `value`: unit price x `tokenMs`. Both are exact
 * and far beyond 2^63 where much is traded for long.
 */
export interface TradedVolume {
  readonly trades: number;
  readonly tokenMs: bigint;
  readonly value: bigint;
}

export const NOTHING_TRADED: TradedVolume = { trades: 0, tokenMs: 0n, value: 0n };

export function addVolumes(a: TradedVolume, b: TradedVolume): TradedVolume {
  const trades = a.trades + b.trades;
  return { trades, tokenMs: a.tokenMs + b.tokenMs, value: a.value + b.value };
}

/** Micro-USD for a million tokens at full use, rounded half to even. */
export function perMillionTokens(unitPrice: bigint): bigint {
  return divideHalfEven(unitPrice * MILLION, TOKENS_PER_TOKEN_HOUR);
}

/** The highest unit price of which a million tokens cost no more than this; -1 where none does. */
export function unitPriceWithin(perMillionMax: bigint): bigint {
  // A price x 2500/9 never ends in a half, so rounding keeps it within the budget below budget + 1/2.
  return perMillionMax < 0n ? -1n : (18n * perMillionMax + 9n) / 5_000n;
}

/** Volume-weighted average price, rounded half to even; null when nothing was traded. */
export function averagePrice({ tokenMs, value }: TradedVolume): UnitPrice | null {
  return tokenMs === 0n ? null : (divideHalfEven(value, tokenMs) as UnitPrice);
}

/** The same for a million tokens at full use: rounded once, not twice. */
export function averagePerMillionTokens({ tokenMs, value }: TradedVolume): bigint | null {
  return tokenMs === 0n ? null : divideHalfEven(value * MILLION, tokenMs * TOKENS_PER_TOKEN_HOUR);
}

const DECIMALS = 6;

/** Tokens/s x hours as decimal text, exact on every grid; half to even beyond the sixth place. */
export function formatTokenHours(tokenMs: bigint): string {
  const millionths = divideHalfEven(tokenMs * MILLION, BigInt(HOUR_MS));
  const fraction = (millionths % MILLION).toString().padStart(DECIMALS, '0').replace(/0+$/, '');
  return `${millionths / MILLION}${fraction === '' ? '' : `.${fraction}`}`;
}
