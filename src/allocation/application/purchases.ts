import type { OrganizationId, PoolId, ReservationId, TeamId } from '../../kernel/ids.js';
import type { MicroUsd, UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';

/** What somebody bought, as it was bought: nothing of it ever changes. */
export interface Purchase {
  readonly reservationId: ReservationId;
  readonly poolId: PoolId;
  readonly holderId: OrganizationId;
  readonly sellerId: OrganizationId;
  readonly providerId: OrganizationId;
  readonly window: Window;
  readonly quantity: Quantity;
  readonly unitPrice: UnitPrice;
  readonly amount: MicroUsd;
  /** Micro-USD for a million weighted tokens above it; null: none is charged. */
  readonly overagePrice: MicroUsd | null;
  readonly paidAt: Instant;
}

/** A part of a purchase that a team was handed, or a part of such a part: paid for with what was bought. */
export interface HandedPart {
  readonly reservationId: ReservationId;
  /** What was bought. */
  readonly purchaseId: ReservationId;
  readonly teamId: TeamId | null;
  readonly window: Window;
}

/** What was bought and paid for. From the read model: may lag by the time a projection takes. */
export abstract class Purchases {
  abstract find(ids: readonly ReservationId[]): Promise<readonly Purchase[]>;
  /** What was handed over within the organizations that bought these, also what came back, in the order of ids. */
  abstract partsOf(ids: readonly ReservationId[]): Promise<readonly HandedPart[]>;
  /**
   * Those that were paid for before an instant and have some of a window, in the order of their ids; with parts that
   * were handed over, which nobody paid for by themselves, only where these are asked for.
   */
  abstract page(query: {
    readonly holderId: OrganizationId;
    readonly window: Window;
    readonly paidBefore: Instant;
    readonly hasParts: boolean;
    readonly after: ReservationId | null;
    readonly limit: number;
  }): Promise<readonly Purchase[]>;
}
