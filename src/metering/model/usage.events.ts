import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import { formatInstant, type Instant } from '../../kernel/time.js';
import type { UsageTerms } from '../../providers/contract.js';
import type { CountDisputeEvent } from './count-dispute.events.js';
import type { Rating } from './rating.js';
import type { TierCounts, UsageSum } from './token-counts.js';

/** Who a reservation's use concerns. */
export interface Parties {
  readonly holderId: OrganizationId;
  readonly sellerId: OrganizationId;
  readonly providerId: OrganizationId;
}

/**
 * All that was used of a reservation in one UTC hour, as far as it is known, and what it comes to.
 * Late events, corrections, counts that were conceded, and title that was resold or came back lead to
 * another revision, which stands in place of the one before: whoever charges for it charges the
 * difference, in either direction.
 */
export interface UsageHourRated extends Parties, UsageSum, Rating {
  readonly type: 'UsageHourRated';
  readonly reservationId: ReservationId;
  /** First instant of the hour. */
  readonly hour: Instant;
  /** 1, 2, 3 … for each hour. */
  readonly revision: number;
  /**
   * What of the counts our gateway served, by the tier it was served at, in the order of their names. The rest was
   * reported by others, who say no tier; all of it in events from before tiers were told.
   */
  readonly tiers: readonly TierCounts[];
  /** What it was rated by: those of the sale. */
  readonly terms: UsageTerms;
  /** Somebody has conceded a dispute about its counts, and this follows from that alone. */
  readonly isConceded: boolean;
}

export type UsageEvent = UsageHourRated | CountDisputeEvent;

/** Names a revision of an hour for invoices. */
export function usageEvidenceId({
  reservationId,
  hour,
  revision,
}: Pick<UsageHourRated, 'reservationId' | 'hour' | 'revision'>): string {
  return `${reservationId}/usage/${formatInstant(hour)}/${revision}`;
}
