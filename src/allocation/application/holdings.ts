import type { MarketId, OrganizationId, PoolId, ReservationId } from '../../kernel/ids.js';
import type { UnitPrice } from '../../kernel/money.js';
import type { StepFunction } from '../../kernel/step-function.js';
import type { Window } from '../../kernel/window.js';
import type { UsageTerms } from '../../providers/contract.js';

/** What an organization holds and may send traffic to. */
export interface Holding {
  readonly reservationId: ReservationId;
  readonly marketId: MarketId;
  readonly poolId: PoolId;
  readonly window: Window;
  /** Tokens/s over time, now: resold and curtailed parts taken out. */
  readonly quantity: StepFunction;
  readonly unitPrice: UnitPrice;
  readonly usage: UsageTerms;
}

/** Who holds what, for those that serve it. */
export abstract class Holdings {
  /** Paid and not over. From the read model: may lag by the time a projection takes. */
  abstract heldBy(holderId: OrganizationId): Promise<readonly Holding[]>;
  /** What anybody holds of a pool and that has not ended. */
  abstract heldOf(poolId: PoolId): Promise<readonly Holding[]>;
  /** Tells when anybody's holdings changed, once the rows show it; at most a quarter of a second later. */
  abstract follow(changed: (marketId: MarketId) => void): Promise<() => Promise<void>>;
}
