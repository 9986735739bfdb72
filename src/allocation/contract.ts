import type { CommandContext } from '../eventstore/command-context.js';
import type { JsonOf } from '../eventstore/stream-definition.js';
import type { Duration, Instant } from '../kernel/time.js';
import type { MarketId, OrganizationId, PoolId, ReservationId } from '../kernel/ids.js';
import type { BasisPoints, MicroUsd } from '../kernel/money.js';
import type { StepFunction } from '../kernel/step-function.js';
import type { Window } from '../kernel/window.js';
import type { PoolFacts, SaleTerms } from '../providers/contract.js';
import type { MarketRejection } from './model/market.rejections.js';

export { marketCodec } from './application/market.codec.js';
export type { ReservationView } from './model/market.answer.js';
export type { MarketEvent } from './model/market.events.js';
export type { MarketRejection } from './model/market.rejections.js';

/** A reservation that is held, scheduled or active, as money and metering need it. */
export interface ReservationFacts {
  readonly reservationId: ReservationId;
  readonly poolId: PoolId;
  readonly marketId: MarketId;
  readonly holderId: OrganizationId;
  readonly sellerId: OrganizationId;
  readonly providerId: OrganizationId;
  readonly status: 'held' | 'scheduled' | 'active';
  readonly window: Window;
  /** Of the pool. */
  readonly grid: Duration;
  readonly amount: MicroUsd;
  /** The provider's share: of resales only. */
  readonly royalty: BasisPoints;
  /** When an unpaid hold ends; null once it is paid. */
  readonly expiresAt: Instant | null;
}

/** What a holder was entitled to over all time, also when the reservation is over. */
export interface Entitlement {
  readonly reservationId: ReservationId;
  readonly holderId: OrganizationId;
  readonly sellerId: OrganizationId;
  readonly providerId: OrganizationId;
  readonly window: Window;
  /** Tokens/s over time, resold parts taken out. */
  readonly quantity: StepFunction;
  readonly terms: SaleTerms;
}

export type MarketResult =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly rejection: JsonOf<MarketRejection> };

/** What other domains may ask of and tell the market. */
export abstract class Market {
  /** Everything committed until now is seen; null when it is neither held nor owned any more. */
  abstract reservation(reservationId: ReservationId): Promise<ReservationFacts | null>;
  /** From the read model: may lag by the time a projection takes; null when never paid. */
  abstract entitlement(reservationId: ReservationId): Promise<Entitlement | null>;
  abstract openPool(facts: PoolFacts, context: CommandContext): Promise<MarketResult>;
  /** The money for a hold is in escrow. */
  abstract confirmPayment(
    reservationId: ReservationId,
    amount: MicroUsd,
    context: CommandContext,
  ): Promise<MarketResult>;
}
