import { assert } from './assert.js';
import type { Brand } from './brand.js';
import { err, ok, type Result } from './result.js';

/** Millionths of a US dollar. 1 USD = 1,000,000. */
export type MicroUsd = Brand<bigint, 'MicroUsd'>;
/** Micro-USD per (token/s x hour). */
export type UnitPrice = Brand<bigint, 'UnitPrice'>;
/** Hundredths of a per cent; 10,000 is the whole. */
export type BasisPoints = Brand<number, 'BasisPoints'>;

export const MICRO_USD_PER_USD = 1_000_000n;
export const BASIS_POINTS_WHOLE = 10_000n;
/** One billion dollars: a bound on any one amount, far below 2^63 micro-USD. */
export const MICRO_USD_MAX = 1_000_000_000_000_000n as MicroUsd;

export const ZERO_USD = 0n as MicroUsd;
export const microUsd = (value: bigint): MicroUsd => value as MicroUsd;

/**
 * Division that gives every unit back: `dividend = quotient x divisor + remainder`.
 * The only way money is divided; who gets the remainder is the caller's stated rule.
 */
export function divide(
  dividend: bigint,
  divisor: bigint,
): { readonly quotient: bigint; readonly remainder: bigint } {
  assert(divisor > 0n, 'the divisor must be positive');
  const quotient = dividend / divisor;
  const remainder = dividend % divisor;
  return remainder < 0n
    ? { quotient: quotient - 1n, remainder: remainder + divisor }
    : { quotient, remainder };
}

/** The one rounding place: half to even ("banker's rounding", IEEE 754 roundTiesToEven). */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const { quotient, remainder } = divide(dividend, divisor);
  const twice = remainder * 2n;
  if (twice > divisor || (twice === divisor && quotient % 2n !== 0n)) return quotient + 1n;
  return quotient;
}

/** A share of an amount, rounded half to even. */
export function shareOf(amount: MicroUsd, share: BasisPoints): MicroUsd {
  return divideHalfEven(amount * BigInt(share), BASIS_POINTS_WHOLE) as MicroUsd;
}

/** Decimal US dollars with up to six places to micro-USD; nothing is rounded. */
export function parseUsd(text: string): Result<MicroUsd, string> {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,6}))?$/.exec(text);
  if (match === null) {
    return err('expected US dollars with at most six decimal places, such as 12.50');
  }
  const [, sign, whole = '0', fraction = ''] = match;
  const value = BigInt(whole) * MICRO_USD_PER_USD + BigInt(fraction.padEnd(6, '0'));
  return ok((sign === '-' ? -value : value) as MicroUsd);
}

/** Micro-USD as decimal dollars: at least two places, at most six, none lost. */
export function formatUsd(amount: MicroUsd | bigint): string {
  const absolute = amount < 0n ? -amount : amount;
  const whole = absolute / MICRO_USD_PER_USD;
  const fraction = (absolute % MICRO_USD_PER_USD).toString().padStart(6, '0');
  const shown = fraction.replace(/0{1,4}$/, '');
  return `${amount < 0n ? '-' : ''}${whole}.${shown}`;
}
