import type { BasisPoints, MicroUsd } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Duration, Instant } from '../../kernel/time.js';
import type { ServiceLevelTerms } from './service-level.terms.js';

/** What a provider allows those who hold parts of a pool to do with them. */
export interface ResaleTerms {
  readonly isTransferable: boolean;
  /** How many times capacity may change hands after the provider sold it. */
  readonly hopsMax: number;
  /** A resale asks at most this share of what the reseller paid; null: any price. */
  readonly priceCap: BasisPoints | null;
  /** The provider's share of every resale. */
  readonly royalty: BasisPoints;
  /** A reservation is held this long before any of it may be listed. */
  readonly holdingTimeMin: Duration;
}

/** From `noticeMin` before the start on, cancelling costs this share of the amount. */
export interface CancellationStep {
  readonly noticeMin: Duration;
  readonly fee: BasisPoints;
}

/** Steps by falling notice; the last one reaches to the start. */
export type CancellationSchedule = readonly CancellationStep[];

/** How fast tokens burn a reservation down, as shares of an output token, which weighs 1. */
export interface TokenWeights {
  readonly input: BasisPoints;
  readonly cachedInput: BasisPoints;
  readonly reasoning: BasisPoints;
}

export interface UsageTerms {
  /** Which version of the serving profile the weights are from. */
  readonly profileVersion: number;
  readonly weights: TokenWeights;
  /**
   * Micro-USD for a million weighted tokens above what the reservation holds in an hour; null: use
   * above it is not charged for, and need not be served.
   */
  readonly overagePrice: MicroUsd | null;
}

/** Why a provider takes capacity back: it cannot serve it, or it wants it for itself. */
export const CURTAILMENT_CAUSES = ['outage', 'reclaim'] as const;
export type CurtailmentCause = (typeof CURTAILMENT_CAUSES)[number];

/** What it takes to take capacity back that was sold, and what it costs beside the refund. */
export interface CurtailmentTerms {
  /** A reclaim takes nothing that begins sooner than this; null: what was sold is never reclaimed. */
  readonly reclaimNotice: Duration | null;
  /** Share of the price of what a holder lost, paid to them by the provider. */
  readonly penaltyShare: Readonly<Record<CurtailmentCause, BasisPoints>>;
}

/** Of those who published none: nothing is reclaimed, and an outage costs the refund. */
export const NO_CURTAILMENT_TERMS: CurtailmentTerms = {
  reclaimNotice: null,
  penaltyShare: { outage: 0 as BasisPoints, reclaim: 0 as BasisPoints },
};

/** Part of a pool that is kept for small buyers until shortly before it is used. */
export interface SetAside {
  /** Of the nameplate. */
  readonly share: BasisPoints;
  /** Who has no more of the pool than this at an instant, pending holds included, is small there. */
  readonly smallBuyerMax: Quantity;
  /** A grid cell is everybody's this long before it starts. */
  readonly releasedBefore: Duration;
}

/** Everything a buyer buys under. A sale keeps the terms it was made under. */
export interface SaleTerms {
  readonly resale: ResaleTerms;
  readonly cancellation: CancellationSchedule;
  readonly curtailment: CurtailmentTerms;
  /** Null for what was sold before a miss cost anything. */
  readonly serviceLevel: ServiceLevelTerms | null;
  readonly usage: UsageTerms;
}

/** The fee for giving back a reservation that starts at `start`, as of `now`. */
export function cancellationFeeOf(
  schedule: CancellationSchedule,
  now: Instant,
  start: Instant,
): BasisPoints {
  const notice = start - now;
  const step = schedule.find(({ noticeMin }) => notice >= noticeMin);
  return step?.fee ?? (10_000 as BasisPoints);
}
