import type { ReservationId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { TokenCounts } from './token-counts.js';

/** The CloudEvents type of a usage event. */
export const USAGE_TYPE = 'ai.headroom.usage.v1';

/** One usage event, read: a request that was served under a reservation. */
export interface UsageReport {
  /** Who says so, a URI-reference, and its name for it: together they name the event. */
  readonly source: string;
  readonly id: string;
  readonly reservationId: ReservationId;
  readonly servedAt: Instant;
  readonly counts: TokenCounts;
}
