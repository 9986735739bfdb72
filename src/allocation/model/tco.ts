import {
  BASIS_POINTS_WHOLE,
  divide,
  divideHalfEven,
  type BasisPoints,
  type MicroUsd,
  type UnitPrice,
} from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import { segmentsOf, type StepFunction } from '../../kernel/step-function.js';
import { HOUR_MS, type Duration } from '../../kernel/time.js';
import { volumeOf } from './plan.fills.js';
import type { Plan } from './plan.problem.js';

/** 8,760 hours a year in twelve equal months. */
export const HOURS_PER_MONTH = 730n;
const MONTHS_PER_YEAR = 12;
const MILLION = 1_000_000n;
/** Milliseconds in a second, and the whole of a utilisation. */
const TOKENS_SCALE = 1_000n * BASIS_POINTS_WHOLE;

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

/** What is bought in some time, and bought again in every such time after it. */
export interface RepeatedPurchase {
  /** Tokens/s x milliseconds. */
  readonly volume: bigint;
  readonly amount: MicroUsd;
  readonly every: Duration;
}

export interface TcoQuestion {
  readonly purchase: RepeatedPurchase;
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

/** So much at every hour. */
export const roundTheClock = (quantity: Quantity, unitPrice: UnitPrice): RepeatedPurchase => ({
  volume: quantity * BigInt(HOUR_MS),
  amount: (quantity * unitPrice) as MicroUsd,
  every: HOUR_MS as Duration,
});

/**
 * What a plan buys: again when its demand is over, or as late as the last of what it bought ends.
 *
 * @param every how often it is bought, where that is less often
 */
export function repeatedPlan(
  demand: StepFunction,
  { fills, amount }: Pick<Plan, 'fills' | 'amount'>,
  every: Duration | null,
): RepeatedPurchase {
  const windows = [...segmentsOf(demand), ...fills].map(({ window }) => window);
  const start = Math.min(...windows.map((window) => window.start));
  const end = Math.max(...windows.map((window) => window.end));
  return { volume: volumeOf(fills), amount, every: Math.max(end - start, every ?? 0) as Duration };
}

/** What it comes to over some months, what is paid once included; rounded half to even. */
export const costOver = (question: Pick<TcoQuestion, 'purchase' | 'oneOffCost'>, months: TcoMonths): MicroUsd =>
  divideHalfEven(costIn(question, months), BigInt(question.purchase.every)) as MicroUsd;

/**
 * What capacity costs that is bought again and again, against buying the tokens on demand.
 *
 * - times = 730 h x months / how often it is bought
 * - useful tokens = tokens/s x seconds of one purchase x times x utilisation / 10,000
 * - amount = amount of one purchase x times + one-off cost
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
  const tokens = tokensIn(question, months);
  const cost = costIn(question, months);
  return {
    months,
    usefulTokens: divideHalfEven(tokens, TOKENS_SCALE * BigInt(question.purchase.every)),
    amount: costOver(question, months),
    perMillionTokens: divideHalfEven(cost * MILLION * TOKENS_SCALE, tokens) as MicroUsd,
    onDemand: question.onDemand.map((price) => compare(question, months, price)),
  };
}

const millisecondsIn = (months: number): bigint => HOURS_PER_MONTH * BigInt(HOUR_MS) * BigInt(months);

/** Cost x the milliseconds from one purchase to the next: whole. */
function costIn({ purchase, oneOffCost }: Pick<TcoQuestion, 'purchase' | 'oneOffCost'>, months: number): bigint {
  return purchase.amount * millisecondsIn(months) + oneOffCost * BigInt(purchase.every);
}

/** Useful tokens x the same x {@link TOKENS_SCALE}: whole. */
function tokensIn({ purchase, utilization }: TcoQuestion, months: number): bigint {
  return purchase.volume * millisecondsIn(months) * BigInt(utilization);
}

function compare(
  question: TcoQuestion,
  months: TcoMonths,
  { name, pricePerMillionTokens, yearlyChange }: OnDemandPrice,
): TcoComparison {
  const years = months / MONTHS_PER_YEAR;
  const factor = BASIS_POINTS_WHOLE + BigInt(yearlyChange);
  const grown = Array.from(
    { length: years },
    (_, year) => factor ** BigInt(year) * BASIS_POINTS_WHOLE ** BigInt(years - 1 - year),
  ).reduce((sum, one) => sum + one, 0n);
  const every = BigInt(question.purchase.every);
  const cost = tokensIn(question, MONTHS_PER_YEAR) * pricePerMillionTokens * grown;
  const scale = TOKENS_SCALE * BASIS_POINTS_WHOLE ** BigInt(years - 1) * MILLION;
  const onDemand = divideHalfEven(cost, scale * every) as MicroUsd;
  const tokens = tokensIn(question, months);
  const perMillionTokens = divideHalfEven(cost * MILLION * TOKENS_SCALE, scale * tokens);
  return {
    name,
    amount: onDemand,
    perMillionTokens: perMillionTokens as MicroUsd,
    saving: (onDemand - costOver(question, months)) as MicroUsd,
    breakEvenUtilization: breakEven(question.utilization, costIn(question, months) * scale, cost),
  };
}

function breakEven(utilization: BasisPoints, reserved: bigint, onDemand: bigint): BasisPoints | null {
  if (onDemand === 0n) return reserved === 0n ? (0 as BasisPoints) : null;
  const { quotient, remainder } = divide(BigInt(utilization) * reserved, onDemand);
  const share = remainder === 0n ? quotient : quotient + 1n;
  return share > BASIS_POINTS_WHOLE ? null : (Number(share) as BasisPoints);
}
