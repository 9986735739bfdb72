import type { ReservationId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { TokenCounts } from './token-counts.js';

/** The CloudEvents type of a usage event. */
export const USAGE_TYPE = 'ai.headroom.usage.v1';

/** The CloudEvents type of a correction of one. */
export const CORRECTION_TYPE = 'ai.headroom.usage.correction.v1';
/** Events that we make ourselves are named so; nobody else may report under it. */
export const OWN_SOURCE = 'urn:headroom:';

/** What names an event within the organization that reports it. */
export interface EventName {
  readonly source: string;
  readonly id: string;
}

/** One usage event, read: a request that was served under a reservation, or a correction of one. */
export interface UsageReport extends EventName {
  readonly reservationId: ReservationId;
  /** When the request was served; of a correction, when it was made. */
  readonly servedAt: Instant;
  /** Of the request; of a correction, what the corrected event should have said. */
  readonly counts: TokenCounts;
  /** What the server called the request; null: as the event is called. */
  readonly requestId: string | null;
  /** The event that this one corrects; null: it is no correction. */
  readonly corrects: EventName | null;
}
