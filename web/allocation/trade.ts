import { divideHalfEven, parseUsd } from '../../src/kernel/money.js';
import { parseQuantity } from '../../src/kernel/quantity.js';
import { ceilToGrid, HOUR_MS, type Instant } from '../../src/kernel/time.js';
import { fieldOf, gridMs, instantOf, type Grid } from '../ui/time.js';
import type { Segment } from '../ui/segment.js';

/** What the fields of a trade hold, as typed. */
export interface TradeFields {
  readonly start: string;
  readonly end: string;
  readonly quantity: string;
  readonly price: string;
}

/** What a trade would cost: price x quantity x hours; null while a field is no value yet. */
export function totalOf({ start, end, quantity, price }: TradeFields): bigint | null {
  const [from, to] = [instantOf(start), instantOf(end)];
  const amount = parseQuantity(quantity.trim().replaceAll(',', ''));
  const unitPrice = unitPriceOf(price);
  if (from === null || to === null || !amount.ok || unitPrice === null) return null;
  return to <= from ? null : worthOf({ start: from, end: to }, amount.value, unitPrice);
}

/** Price x quantity x hours, in micro-USD. */
export function worthOf({ start, end }: { readonly start: string; readonly end: string }, quantity: bigint, unitPrice: bigint): bigint {
  return divideHalfEven(unitPrice * quantity * BigInt(Date.parse(end) - Date.parse(start)), BigInt(HOUR_MS));
}

/** What was typed as a price, in micro-USD; null while it is none. */
export function unitPriceOf(price: string): bigint | null {
  const read = parseUsd(price.trim());
  return read.ok ? read.value : null;
}

/** A token/s for an hour is 3,600 tokens: the same price for a million of them, at full use. */
export function perMillionTokens(price: string): bigint | null {
  const unitPrice = unitPriceOf(price);
  return unitPrice === null ? null : divideHalfEven(unitPrice * 1_000_000n, 3_600n);
}

/** The first stretch that can still be had, from the next line of the grid on. */
export function firstStretch(
  segments: readonly Segment[],
  now: string | null,
  grid: Grid,
): Omit<TradeFields, 'price'> {
  const earliest = now === null ? 0 : ceilToGrid(Date.parse(now) as Instant, gridMs(grid));
  const open = segments.find(({ window }) => Date.parse(window.end) > earliest);
  if (open === undefined) return { start: '', end: '', quantity: '' };
  const { start, end } = open.window;
  const from = fieldOf(Math.max(Date.parse(start), earliest));
  return { start: from, end: fieldOf(end), quantity: open.quantity };
}

/** The most there is at any time; what a buyer can hope for. */
export function most(segments: readonly Segment[]): string {
  return segments.reduce((best, { quantity }) => (BigInt(quantity) > BigInt(best) ? quantity : best), '0');
}
