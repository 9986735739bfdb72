import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { Issue } from '../../kernel/issue.js';
import type { Instant } from '../../kernel/time.js';
import type { CountEvidence, CountPosition } from './count-dispute.events.js';
import type { Parties } from './usage.events.js';

interface OfHour {
  readonly reservationId: ReservationId;
  readonly hour: Instant;
  readonly now: Instant;
}

/** A look at both counts of an hour that is over: nothing new is nothing done. */
export interface CompareCounts extends OfHour, Parties {
  readonly type: 'CompareCounts';
  readonly evidence: CountEvidence;
}

/** `callerId` agrees to be billed, or paid, by another count. */
export interface ConcedeCounts extends OfHour {
  readonly type: 'ConcedeCounts';
  readonly position: CountPosition;
  /** Which evidence the caller has seen. */
  readonly evidenceRevision: number;
  readonly callerId: OrganizationId;
  readonly note: string;
}

/** The time in which somebody could concede is over. */
export interface LapseCountDispute extends OfHour {
  readonly type: 'LapseCountDispute';
}

export type CountDisputeCommand = CompareCounts | ConcedeCounts | LapseCountDispute;

/** Why a concession is refused, in the order in which reasons are looked for. */
export type ConcessionRejection =
  /** Never disputed, or none of the caller's. */
  | { readonly code: 'DISPUTE_NOT_FOUND' }
  | { readonly code: 'VALIDATION_FAILED'; readonly issues: readonly Issue[] }
  | { readonly code: 'ALREADY_CONCEDED'; readonly position: CountPosition }
  | { readonly code: 'DISPUTE_OVER'; readonly until: Instant }
  | { readonly code: 'NOT_YOURS_TO_CONCEDE'; readonly allowed: readonly CountPosition[] }
  | { readonly code: 'EVIDENCE_CHANGED'; readonly evidenceRevision: number }
  /** Requests of the evidence are not rated yet: the same again, later. */
  | { readonly code: 'HOUR_NOT_RATED' };
