import { isMarketId, type MarketId, type OrderId, type ReservationId } from '../../kernel/ids.js';
import { unless, type Issue } from '../../kernel/issue.js';
import { MICRO_USD_MAX, type MicroUsd, type UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import { DAY_MS, floorToGrid, plus, type Duration, type Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import { BURST_SECONDS } from './bucket.js';
import type { InferenceRequest } from './inference.request.js';

/** Up to which price capacity of a market may be bought when there is no room. */
export interface SpotRule {
  readonly marketId: MarketId;
  /** Micro-USD for a token/s and hour. */
  readonly priceMax: UnitPrice;
  /** How much is bought at a time, tokens/s. */
  readonly quantity: Quantity;
  /** In one UTC day, micro-USD. */
  readonly spendPerDayMax: MicroUsd;
}

/** One attempt to buy; null: what became of it is not known yet. */
export interface SpotPurchase {
  readonly purchaseId: string;
  readonly marketId: MarketId;
  readonly window: Window;
  /** How many attempts for the same window came before it. */
  readonly number: number;
  readonly priceMax: UnitPrice;
  readonly quantity: Quantity;
  /** Set aside for it: what it costs at the most. */
  readonly costMax: MicroUsd;
  readonly startedAt: Instant;
  readonly end: SpotEnd | null;
}

export interface SpotEnd {
  readonly at: Instant;
  readonly orderId: OrderId | null;
  readonly spent: MicroUsd;
  readonly reservationIds: readonly ReservationId[];
  /** Code of what was refused; null: it was not. */
  readonly refusal: string | null;
}

export const SPOT_LIMITS = {
  rules: 20,
  /** After an attempt that bought nothing none is made for so long, in milliseconds. */
  retryMs: 10_000,
  /** Bought in one window at the most. */
  purchasesMax: 100,
} as const;

/** The window that is running, of the market's shortest grid; null in its last quarter: it costs as much as the whole. */
export function windowToBuy(now: Instant, grid: Duration): Window | null {
  const start = floorToGrid(now, grid);
  const end = plus(start, grid);
  return (end - now) * 4 < grid ? null : { start, end };
}

/** What comes next for a window, after the attempts that were made for it. */
export type SpotStep =
  /** One was begun and not ended: the same once more. */
  | { readonly kind: 'resume'; readonly purchase: SpotPurchase }
  /** One that bought something the asker does not see yet: it will. */
  | { readonly kind: 'bought'; readonly reservationIds: readonly ReservationId[] }
  | { readonly kind: 'buy'; readonly number: number }
  | { readonly kind: 'wait' };

interface SpotFacts {
  /** For the window, the last one last. */
  readonly purchases: readonly SpotPurchase[];
  /** What the asker knows that it holds. */
  readonly held: readonly ReservationId[];
  /** Of all the organization's attempts of the UTC day, what was spent or is set aside. */
  readonly spentToday: bigint;
  readonly costMax: MicroUsd;
  readonly now: Instant;
}

export function nextStep(rule: SpotRule, facts: SpotFacts): SpotStep {
  const last = facts.purchases.at(-1);
  if (last === undefined) return buyOrWait(rule, facts);
  if (last.end === null) return { kind: 'resume', purchase: last };
  return afterOne(last.end, rule, facts);
}

function afterOne({ at, reservationIds }: SpotEnd, rule: SpotRule, facts: SpotFacts): SpotStep {
  if (reservationIds.length === 0) {
    return facts.now - at < SPOT_LIMITS.retryMs ? { kind: 'wait' } : buyOrWait(rule, facts);
  }
  const isSeen = reservationIds.some((id) => facts.held.includes(id));
  return isSeen ? buyOrWait(rule, facts) : { kind: 'bought', reservationIds };
}

function buyOrWait({ spendPerDayMax }: SpotRule, { purchases, spentToday, costMax }: SpotFacts): SpotStep {
  const isOver = spentToday + costMax > spendPerDayMax;
  if (isOver || purchases.length >= SPOT_LIMITS.purchasesMax) return { kind: 'wait' };
  return { kind: 'buy', number: purchases.length };
}

export const dayOf = (now: Instant): Window => {
  const start = floorToGrid(now, DAY_MS);
  return { start, end: plus(start, DAY_MS) };
};

/** Whether what a rule buys could serve the request at all. What may wait does. */
export function isForSpot({ tier, lane, outputTokensMax, choices }: InferenceRequest, { quantity }: SpotRule): boolean {
  const wanted = BigInt((outputTokensMax ?? 1) * choices);
  return tier !== 'batch' && lane === null && wanted <= quantity * BURST_SECONDS;
}

export function checkSpotRule(rule: SpotRule): readonly Issue[] {
  const { marketId, priceMax, spendPerDayMax } = rule;
  return [
    ...unless(isMarketId(marketId), {
      ...{ field: 'marketId', reason: 'is no market' },
      accepted: 'a model at a quantization, such as llama-3.3-70b@fp8',
    }),
    ...unless(priceMax >= 1n && priceMax <= MICRO_USD_MAX, {
      ...{ field: 'priceMax', reason: 'is out of range' },
      accepted: '1 or more micro-USD per token/s and hour',
    }),
    ...unless(spendPerDayMax >= 1n && spendPerDayMax <= MICRO_USD_MAX, {
      ...{ field: 'spendPerDayMax', reason: 'is out of range' },
      accepted: `1 to ${MICRO_USD_MAX} micro-USD`,
    }),
  ];
}
