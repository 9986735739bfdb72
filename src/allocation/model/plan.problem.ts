import type { ListingId, MarketId, OrganizationId, PoolId } from '../../kernel/ids.js';
import type { BasisPoints, MicroUsd, UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { StepFunction } from '../../kernel/step-function.js';
import type { Duration } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';

/** What can be bought from one listing. */
export interface Ask {
  readonly listingId: ListingId;
  readonly marketId: MarketId;
  readonly poolId: PoolId;
  readonly sellerId: OrganizationId;
  /** Whose pool it is: what is resold still runs there. */
  readonly providerId: OrganizationId;
  readonly unitPrice: UnitPrice;
  readonly grid: Duration;
  /** It is bought in whole multiples of this. */
  readonly lotSize: Quantity;
  /** Tokens/s over time, stepping on the grid. */
  readonly remaining: StepFunction;
}

/** What the answer as a whole must keep to; what each ask must be is settled before. */
export interface Spread {
  /** At least this many providers take part; 1: any. */
  readonly providersMin: number;
  /** The most of all token-hours bought that one provider serves; null: any. */
  readonly providerShareMax: BasisPoints | null;
}

export interface PlanProblem {
  /** Tokens/s over time, above zero somewhere. */
  readonly demand: StepFunction;
  readonly asks: readonly Ask[];
  /** What a pool's rules over its buyers leave to this one, for pools that have any. */
  readonly rooms: ReadonlyMap<PoolId, StepFunction>;
  readonly spread: Spread;
}

/** A rectangle of one listing that can be held as it is. */
export interface Fill {
  readonly listingId: ListingId;
  readonly marketId: MarketId;
  readonly poolId: PoolId;
  readonly providerId: OrganizationId;
  readonly window: Window;
  readonly quantity: Quantity;
  readonly unitPrice: UnitPrice;
  readonly amount: MicroUsd;
}

export interface ProviderPart {
  readonly providerId: OrganizationId;
  /** Of all token-hours bought, rounded half to even. */
  readonly share: BasisPoints;
  readonly amount: MicroUsd;
}

export interface Plan {
  /** By start, then listing. */
  readonly fills: readonly Fill[];
  readonly amount: MicroUsd;
  /** Largest first. */
  readonly providers: readonly ProviderPart[];
  /**
   * Whether nothing cheaper exists, to one part in a million, among the plans that change only
   * when demand or an offer does; false when time ran out before that was shown.
   */
  readonly isOptimal: boolean;
}

/** What a buyer may insist on, by name. */
export const CONSTRAINTS = [
  'quantizations',
  'platforms',
  'regions',
  'residency',
  'ttftP95Max',
  'streamTokensPerSecondMin',
  'evidenceMin',
  'unitPriceMax',
  'providersMin',
  'providerShareMax',
] as const;
export type ConstraintName = (typeof CONSTRAINTS)[number];

/** Why there is no plan. */
export type Infeasible =
  | {
      readonly kind: 'capacity';
      /** The first stretch that cannot be covered. */
      readonly window: Window;
      readonly demanded: Quantity;
      readonly available: Quantity;
      /** Each of these alone, left out, would cover that stretch. */
      readonly inTheWay: readonly ConstraintName[];
    }
  | {
      readonly kind: 'spread';
      /** How many providers have anything to sell here. */
      readonly providers: number;
      readonly inTheWay: readonly ConstraintName[];
    };

/** Why there is no answer. `too-large`: what is asked; `too-slow`: time ran out before any plan was found. */
export type Undecided = { readonly kind: 'too-large' | 'too-slow' | 'busy' };

export type PlanAnswer =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'infeasible'; readonly infeasible: Infeasible }
  | Undecided;
