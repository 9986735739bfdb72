import type { MarketId, OrganizationId, PoolId } from '../../kernel/ids.js';
import type { BasisPoints } from '../../kernel/money.js';
import type { StepFunction } from '../../kernel/step-function.js';
import type { Duration, Instant } from '../../kernel/time.js';

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

/** What the market must know of a pool; providers own the rest. */
export interface PoolFacts {
  readonly poolId: PoolId;
  readonly marketId: MarketId;
  readonly providerId: OrganizationId;
  readonly grid: Duration;
  readonly nameplate: StepFunction;
  readonly resale: ResaleTerms;
  readonly cancellation: CancellationSchedule;
  /** No buyer holds more than this share of the nameplate at any instant; null: no limit. */
  readonly buyerShareMax: BasisPoints | null;
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
