import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { Issue } from '../../kernel/issue.js';
import { DAY_MS, type Duration, type Instant } from '../../kernel/time.js';
import type { ServiceLevelTerms } from '../../providers/contract.js';
import type { DisputeOutcome, Evidence } from './service-hour.events.js';
import type { Parties } from './usage.events.js';

/** Judges an hour by what is known of it now: what is older than what is known changes nothing. */
export interface JudgeHour extends Parties {
  readonly type: 'JudgeHour';
  readonly reservationId: ReservationId;
  readonly hour: Instant;
  readonly evidence: Evidence;
  /** What the reservation held in the hour, in token/s x milliseconds. */
  readonly area: bigint;
  readonly terms: ServiceLevelTerms;
  readonly termsVersion: number;
  readonly profileVersion: number | null;
  readonly now: Instant;
}

export interface DisputeCredit {
  readonly type: 'DisputeCredit';
  readonly reservationId: ReservationId;
  readonly hour: Instant;
  readonly callerId: OrganizationId;
  readonly reason: string;
  readonly now: Instant;
}

export interface ResolveDispute {
  readonly type: 'ResolveDispute';
  readonly reservationId: ReservationId;
  readonly hour: Instant;
  readonly outcome: DisputeOutcome;
  readonly callerId: OrganizationId;
  /** Whether the caller decides for the exchange. */
  readonly isExchange: boolean;
  readonly note: string;
  readonly now: Instant;
}

export type ServiceCommand = JudgeHour | DisputeCredit | ResolveDispute;

/** Why a reservation's service levels refuse, in the order in which reasons are looked for. */
export type ServiceRejection =
  /** Never judged, or none of the caller's business. */
  | { readonly code: 'HOUR_NOT_FOUND' }
  | { readonly code: 'VALIDATION_FAILED'; readonly issues: readonly Issue[] }
  | { readonly code: 'NOT_THE_SELLER' }
  | { readonly code: 'NOT_CREDITED' }
  | { readonly code: 'ALREADY_DISPUTED' }
  | { readonly code: 'DISPUTE_OVER'; readonly until: Instant }
  | { readonly code: 'NOT_DISPUTED' }
  | { readonly code: 'DISPUTE_RESOLVED'; readonly outcome: DisputeOutcome }
  | { readonly code: 'NOT_YOURS_TO_SAY'; readonly allowed: readonly DisputeOutcome[] };

export const SERVICE_LIMITS = {
  /** From the end of an hour on, in which it may be judged again. */
  revisable: (36 * DAY_MS) as Duration,
  /** From the judgement on, in which a credit may be disputed. */
  disputable: (7 * DAY_MS) as Duration,
  textLength: 1_000,
} as const;
