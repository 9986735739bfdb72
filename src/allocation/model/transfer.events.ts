import type {
  ListingId,
  OrganizationId,
  PoolId,
  ReservationId,
  TeamId,
} from '../../kernel/ids.js';
import type { UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Segment } from '../../kernel/step-function.js';
import type { Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { TermsVersion } from './market.terms.js';

/** What the reservation a part was cut from holds after it moved. */
interface CutFrom {
  readonly reservationId: ReservationId;
  readonly entitlement: readonly Segment[];
}

/** Part of a reservation is another team's from now on; no money moves, and title stays its holder's. */
export interface ReservationTransferred {
  readonly type: 'ReservationTransferred';
  readonly reservationId: ReservationId;
  readonly poolId: PoolId;
  /** Where the capacity was bought. */
  readonly listingId: ListingId;
  readonly holderId: OrganizationId;
  readonly fromTeamId: TeamId | null;
  readonly teamId: TeamId | null;
  readonly window: Window;
  readonly quantity: Quantity;
  /** Of the reservation it is cut from: what caps on resale are counted from. */
  readonly unitPrice: UnitPrice;
  readonly hops: number;
  readonly termsVersion: TermsVersion;
  /** When the holder bought it. */
  readonly paidAt: Instant;
  readonly transferredAt: Instant;
  readonly entitlement: readonly Segment[];
  readonly source: CutFrom;
}

/** The part is one with what it was cut from again. */
export interface TransferReturned {
  readonly type: 'TransferReturned';
  readonly reservationId: ReservationId;
  readonly holderId: OrganizationId;
  readonly returnedAt: Instant;
  readonly source: CutFrom;
}
