import {
  BASIS_POINTS_WHOLE,
  divide,
  divideHalfEven,
  type BasisPoints,
  type MicroUsd,
  type UnitPrice,
} from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';

/** 8,760 hours a year in twelve equal months. */
export const HOURS_PER_MONTH = 730n;
const SECONDS_PER_HOUR = 3_600n;
const MONTHS_PER_YEAR = 12;
const MILLION = 1_000_000n;

/** How long capacity is compared, in months. */
export const TCO_MONTHS = [12, 24, 36] as const;
export type TcoMonths = (typeof TCO_MONTHS)[number];

/** An on-demand price as its seller lists it. */
export interface OnDemandPrice {
  readonly name: string;
  /** For a million useful tokens. */
  readonly pricePerMillionTokens: MicroUsd;
  /** How the price moves at the end of each year; below zero: it falls. Above -10,000. */
  readonly yearlyChange: number;
}

export interface TcoQuestion {
  readonly quantity: Quantity;
  readonly unitPrice: UnitPrice;
  /** Share of what the capacity could serve that is used; above zero. */
  readonly utilization: BasisPoints;
  /** Paid once, at the beginning. */
  readonly oneOffCost: MicroUsd;
  readonly onDemand: readonly OnDemandPrice[];
}

export interface TcoComparison {
  readonly name: string;
  readonly amount: MicroUsd;
  readonly perMillionTokens: MicroUsd;
  /** What reserving costs less; below zero: more. */
  readonly saving: MicroUsd;
  /** From this utilisation on reserving costs no more, rounded up; null: at no utilisation. */
  readonly breakEvenUtilization: BasisPoints | null;
}

export interface TcoPeriod {
  readonly months: TcoMonths;
  readonly usefulTokens: bigint;
  readonly amount: MicroUsd;
  readonly perMillionTokens: MicroUsd;
  readonly onDemand: readonly TcoComparison[];
}

/**
 * What capacity costs that is reserved round the clock, against buying the tokens on demand.
 *
 * - useful tokens = quantity x 3,600 x 730 x months x utilisation / 10,000
 * - amount = unit price x quantity x 730 x months + one-off cost
 * - per million tokens = amount x 1,000,000 / useful tokens
 * - on demand = sum over years y = 0, 1, ... of useful tokens of a year x price
 *   x ((10,000 + yearly change) / 10,000)^y / 1,000,000
 * - saving = on demand - amount
 * - break-even utilisation = utilisation x amount / on demand: what is bought on demand grows with
 *   use, what is reserved does not
 *
 * Fractions are kept whole to the end; each figure is rounded once, half to even.
 */
export function totalCost(question: TcoQuestion, months: TcoMonths): TcoPeriod {
  const { quantity, unitPrice, oneOffCost } = question;
  const amount = (unitPrice * quantity * HOURS_PER_MONTH * BigInt(months) + oneOffCost) as MicroUsd;
  const tokens = tokensIn(question, months);
  return {
    months,
    usefulTokens: divideHalfEven(tokens, BASIS_POINTS_WHOLE),
    amount,
    perMillionTokens: perMillion(amount, tokens),
    onDemand: question.onDemand.map((price) => compare(question, { months, amount }, price)),
  };
}

/** Useful tokens x 10,000: whole. */
function tokensIn({ quantity, utilization }: TcoQuestion, months: number): bigint {
  return quantity * SECONDS_PER_HOUR * HOURS_PER_MONTH * BigInt(months) * BigInt(utilization);
}

function perMillion(amount: bigint, tokens: bigint): MicroUsd {
  return divideHalfEven(amount * MILLION * BASIS_POINTS_WHOLE, tokens) as MicroUsd;
}

function compare(
  question: TcoQuestion,
  { months, amount }: { readonly months: TcoMonths; readonly amount: MicroUsd },
  { name, pricePerMillionTokens, yearlyChange }: OnDemandPrice,
): TcoComparison {
  const years = months / MONTHS_PER_YEAR;
  const factor = BASIS_POINTS_WHOLE + BigInt(yearlyChange);
  const grown = Array.from(
    { length: years },
    (_, year) => factor ** BigInt(year) * BASIS_POINTS_WHOLE ** BigInt(years - 1 - year),
  ).reduce((sum, one) => sum + one, 0n);
  const cost = tokensIn(question, MONTHS_PER_YEAR) * pricePerMillionTokens * grown;
  const scale = BASIS_POINTS_WHOLE ** BigInt(years) * MILLION;
  const onDemand = divideHalfEven(cost, scale) as MicroUsd;
  const tokens = tokensIn(question, months);
  const perMillionTokens = divideHalfEven(cost * MILLION * BASIS_POINTS_WHOLE, scale * tokens);
  return {
    name,
    amount: onDemand,
    perMillionTokens: perMillionTokens as MicroUsd,
    saving: (onDemand - amount) as MicroUsd,
    breakEvenUtilization: breakEven(question.utilization, amount * scale, cost),
  };
}

function breakEven(utilization: BasisPoints, reserved: bigint, onDemand: bigint): BasisPoints | null {
  if (onDemand === 0n) return reserved === 0n ? (0 as BasisPoints) : null;
  const { quotient, remainder } = divide(BigInt(utilization) * reserved, onDemand);
  const share = remainder === 0n ? quotient : quotient + 1n;
  return share > BASIS_POINTS_WHOLE ? null : (Number(share) as BasisPoints);
}
