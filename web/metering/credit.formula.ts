import { divide, divideHalfEven } from '../../src/kernel/money.js';
import { HOUR_MS } from '../../src/kernel/time.js';

/** What was bought: a rectangle and its price. */
export interface Sale {
  readonly amount: string;
  readonly quantity: string;
  readonly window: { readonly start: string; readonly end: string };
}

/** How a credit comes about, step by step: docs/SLO.md. Amounts in micro-USD. */
export interface WorkedCredit {
  readonly hours: number;
  readonly priceOfHour: bigint;
  /** Of an hour in which all of it was held. */
  readonly whole: bigint;
  /** What of the quantity was held and served, in hundredths of a per cent; null: all of it. */
  readonly heldShare: number | null;
}

const WHOLE = 10_000n;

/** Price of the hour, the share of it, and which part of the quantity the credit is for. */
export function workedCredit({ amount, window }: Sale, credit: { readonly credit: string; readonly share: number }): WorkedCredit {
  const length = BigInt(Date.parse(window.end) - Date.parse(window.start));
  const priceOfHour = divideHalfEven(BigInt(amount) * BigInt(HOUR_MS), length);
  const whole = divide(BigInt(amount) * BigInt(HOUR_MS) * BigInt(credit.share), length * WHOLE).quotient;
  const given = BigInt(credit.credit);
  const isAll = whole === 0n || given >= whole;
  return {
    hours: Number(length) / HOUR_MS,
    ...{ priceOfHour, whole },
    heldShare: isAll ? null : Number(divideHalfEven(given * WHOLE, whole)),
  };
}
