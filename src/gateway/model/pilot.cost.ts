import type { SaleLink } from '../../allocation/contract.js';
import { divideHalfEven, type MicroUsd } from '../../kernel/money.js';
import { durationOf } from '../../kernel/window.js';
import { WEIGHTED_TOKEN, weightedOf, type TokenCounts } from '../../metering/contract.js';
import type { TokenWeights } from '../../providers/contract.js';
import type { TokenPrices } from './pilot.js';

const MILLION = 1_000_000n;
const SECOND_MS = 1_000n;

/** What a lane's tokens cost. */
export type LanePrice =
  /** The part of its price that they used up, by the weights of the sale. */
  | {
      readonly kind: 'sale';
      readonly sale: Pick<SaleLink, 'amount' | 'quantity' | 'window'>;
      readonly weights: TokenWeights;
    }
  | { readonly kind: 'tokens'; readonly prices: TokenPrices };

/** Tokens of a lane, and what they cost; null: nobody knows. */
export interface LaneUse {
  readonly counts: TokenCounts;
  readonly price: LanePrice | null;
}

/** A sum of money as a fraction: rounded once, at the end. */
interface Cost {
  readonly dividend: bigint;
  readonly divisor: bigint;
}

/**
 * Micro-USD for a million tokens, input and output together as they came, at the price of a lane that is fully
 * used. Null without tokens, or where a price is not known.
 */
export function costPerMillion(uses: readonly LaneUse[]): MicroUsd | null {
  const tokens = uses.reduce((sum, { counts }) => sum + counts.input + counts.output, 0n);
  if (tokens === 0n) return null;
  let sum: Cost = { dividend: 0n, divisor: 1n };
  for (const { counts, price } of uses) {
    if (price === null) return null;
    sum = add(sum, costOf(counts, price));
  }
  return divideHalfEven(sum.dividend * MILLION, sum.divisor * tokens) as MicroUsd;
}

function costOf(counts: TokenCounts, price: LanePrice): Cost {
  if (price.kind === 'tokens') {
    const { input, output } = price.prices;
    return { dividend: counts.input * input + counts.output * output, divisor: MILLION };
  }
  const { amount, quantity, window } = price.sale;
  const sold = (quantity * BigInt(durationOf(window)) * WEIGHTED_TOKEN) / SECOND_MS;
  return { dividend: weightedOf(counts, price.weights) * amount, divisor: sold };
}

const add = (a: Cost, b: Cost): Cost => ({
  dividend: a.dividend * b.divisor + b.dividend * a.divisor,
  divisor: a.divisor * b.divisor,
});
