import {
  BASIS_POINTS_WHOLE,
  divide,
  divideHalfEven,
  type BasisPoints,
  type MicroUsd,
} from './money.js';
import { integralOver, type StepFunction } from './step-function.js';
import type { Instant } from './time.js';
import { durationOf, type Window } from './window.js';

/** A price for a rectangle of capacity, and what of the rectangle was taken back since. */
export interface ProratedSale {
  readonly amount: MicroUsd;
  readonly window: Window;
  /** Tokens/s, as bought. */
  readonly quantity: bigint;
  /** Never more than was bought, and none outside the window. */
  readonly lost: StepFunction;
}

/**
 * The part of the price that stands for what is left of the rectangle up to an instant. Everything
 * that is paid out or given back is a difference of two of these: it is rounded on the running total,
 * half to even, so that nothing is lost between any number of parts.
 */
export function priceThrough(
  { amount, window, quantity, lost }: ProratedSale,
  through: Instant,
): MicroUsd {
  const bought = quantity * BigInt(through - window.start);
  const left = bought - integralOver(lost, { start: window.start, end: through });
  return divideHalfEven(amount * left, quantity * BigInt(durationOf(window))) as MicroUsd;
}

/** The part of the price that stands for all that is left of the rectangle. */
export function priceLeft(sale: ProratedSale): MicroUsd {
  return priceThrough(sale, sale.window.end);
}

/** A share of the price of a part of a rectangle: `area` is in token/s x milliseconds. */
export interface SharedArea {
  readonly share: BasisPoints;
  readonly area: bigint;
}

/** Rounded down, once: the shares of all parts together are never more than the share of the whole. */
export function priceShareOf(
  { window, quantity, amount }: Omit<ProratedSale, 'lost'>,
  { share, area }: SharedArea,
): MicroUsd {
  const whole = quantity * BigInt(durationOf(window)) * BASIS_POINTS_WHOLE;
  return divide(amount * area * BigInt(share), whole).quotient as MicroUsd;
}
