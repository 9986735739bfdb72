import { divideHalfEven, formatUsd } from '../../src/kernel/money.js';

// Amounts without their currency. Only what says the currency itself may import this file (.dependency-cruiser.cjs, `web-amounts-say-usd`):
// text says `usd(amount)` of format.ts, pages show <Money>, and columns whose heading says USD show <Amount>.

/** `1234567` as `1,234,567`. */
export function groupDigits(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Micro-USD as `$1,234.50`; all six places where they are needed. */
export function usdFigure(amount: string | bigint): string {
  const value = BigInt(amount);
  const [whole = '', fraction = ''] = formatUsd(value < 0n ? -value : value).split('.');
  return `${value < 0n ? '−' : ''}$${groupDigits(whole)}.${fraction}`;
}

/** To a tenth of a cent, half to even: enough to compare prices by. */
export function roundedUsdFigure(amount: string | bigint): string {
  return usdFigure(divideHalfEven(BigInt(amount), 1_000n) * 1_000n);
}
