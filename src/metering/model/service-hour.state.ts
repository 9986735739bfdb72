import type { OrganizationId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { DisputeOutcome, ServiceHourJudged } from './service-hour.events.js';

/** None, open, or over for good: an hour is disputed once. */
export type Dispute =
  | { readonly kind: 'none' }
  | { readonly kind: 'open'; readonly openedBy: OrganizationId; readonly reason: string }
  | { readonly kind: 'resolved'; readonly outcome: DisputeOutcome };

/** An hour as it was judged last. */
export interface JudgedHour extends Omit<ServiceHourJudged, 'type' | 'reservationId' | 'creditBefore'> {
  readonly dispute: Dispute;
}

/** One stream, one reservation: its hours that requests were measured in. */
export interface ServiceState {
  readonly hours: Map<Instant, JudgedHour>;
}
