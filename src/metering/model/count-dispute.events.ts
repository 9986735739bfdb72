import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { BasisPoints } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import type { UsageTerms } from '../../providers/contract.js';
import type { WeightedTokens } from './rating.js';
import type { TokenCounts } from './token-counts.js';
import type { Parties } from './usage.events.js';

export const COUNT_POSITIONS = ['counted', 'claimed'] as const;
/** Whose count an hour may be billed by instead: what our gateway counted, or the upstream's claim. */
export type CountPosition = (typeof COUNT_POSITIONS)[number];

/** One request whose counts differ, so that both sides can look it up. */
export interface CountSample {
  readonly requestId: string;
  /** Output tokens. */
  readonly billed: bigint;
  readonly counted: bigint;
  /** Null: the upstream claimed nothing that could be read. */
  readonly claimed: bigint | null;
  /** Why the request's own counts disagree beyond their tolerance; null: they do not. */
  readonly reason: string | null;
}

/** Both counts of an hour, over all requests that our gateway measured in it. */
export interface CountEvidence {
  /** Of two looks at an hour the one with more is the newer. */
  readonly records: number;
  /** Requests that were not billed as both sides count them. */
  readonly differing: number;
  readonly billed: TokenCounts;
  readonly counted: TokenCounts;
  readonly claimed: TokenCounts;
  /** Those that differ most, the first of them most of all. */
  readonly samples: readonly CountSample[];
}

/** The published rule, as it was when a dispute opened. */
export interface CountRule {
  /** Share of what is billed that a position may differ by. */
  readonly tolerance: BasisPoints;
  /** And at least so much. */
  readonly least: WeightedTokens;
}

/**
 * The two counts of an hour differ by more than the published tolerance. Another revision replaces
 * the evidence while the dispute is open, because requests of the hour came in late.
 */
export interface CountsDisputed extends Parties {
  readonly type: 'CountsDisputed';
  readonly reservationId: ReservationId;
  /** First instant of the hour. */
  readonly hour: Instant;
  /** 1, 2, 3 … */
  readonly revision: number;
  readonly evidence: CountEvidence;
  readonly rule: CountRule;
  /** What counts are weighed by. */
  readonly terms: UsageTerms;
  readonly openedAt: Instant;
  /** From then on the hour stays as it was billed. */
  readonly until: Instant;
}

/** Whoever loses by a position agreed to it. Final; the hour is rated by it in the same moment. */
export interface CountsConceded {
  readonly type: 'CountsConceded';
  readonly reservationId: ReservationId;
  readonly hour: Instant;
  readonly position: CountPosition;
  readonly concededBy: OrganizationId;
  readonly note: string;
  /** What the hour's counts change by; may be below zero. */
  readonly difference: TokenCounts;
}

/** Nobody conceded in time: what was billed by the published rule stands. Final. */
export interface CountDisputeLapsed {
  readonly type: 'CountDisputeLapsed';
  readonly reservationId: ReservationId;
  readonly hour: Instant;
}

export type CountDisputeEvent = CountsDisputed | CountsConceded | CountDisputeLapsed;
