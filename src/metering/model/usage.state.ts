import type { OrganizationId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { CountPosition, CountsDisputed } from './count-dispute.events.js';
import type { TokenCounts } from './token-counts.js';
import type { Parties, UsageHourRated } from './usage.events.js';

/** An hour as it was rated last. */
export type RatedHour = Omit<UsageHourRated, 'type' | 'reservationId' | 'isConceded' | keyof Parties>;

/** How a dispute about counts stands. */
export type CountDisputeEnd =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'conceded';
      readonly position: CountPosition;
      readonly concededBy: OrganizationId;
      readonly difference: TokenCounts;
    }
  | { readonly kind: 'lapsed' };

export interface CountDispute extends Omit<CountsDisputed, 'type' | 'reservationId'> {
  readonly end: CountDisputeEnd;
}

/** One stream, one reservation. */
export interface UsageState {
  /** Those that have use in them. */
  readonly hours: Map<Instant, RatedHour>;
  /** By hour; each has one at the most. */
  readonly disputes: Map<Instant, CountDispute>;
}
