import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { SharedArea } from '../../kernel/proration.js';
import type { Instant } from '../../kernel/time.js';
import type { ServiceLevelTerms } from '../../providers/contract.js';
import type { Verdict } from './service-hour.judge.js';
import type { Measured } from './service-hour.measure.js';
import type { Parties } from './usage.events.js';

/** Values at quantiles, in whole units, off by at most a hundredth; null of nothing. */
export interface Quantiles {
  /** Left out of hours that were judged before it was kept. */
  readonly p1?: number | null;
  readonly p5: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** Of which values sketches are kept: microseconds, thousandths of a token/s, tokens, requests. */
export const FIGURES = ['ttft', 'streamSpeed', 'promptTokens', 'outputTokens', 'concurrency'] as const;
export type Figure = (typeof FIGURES)[number];

/** What a verdict rests on. */
export interface Evidence {
  /** Events that were known of the hour: of two looks at it the one with more is the newer. */
  readonly records: number;
  readonly measured: Measured;
  /** Of the requests that count. */
  readonly figures: Readonly<Record<Figure, Quantiles>>;
  /** SHA-256 over the sketches that the figures are from, in hexadecimal. */
  readonly sketchDigest: string;
}

/** Settled by the parties or by the exchange: no credit, whatever was measured. */
export interface Overturned {
  readonly kind: 'overturned';
}

/**
 * What became of the promise in one UTC hour, as far as it is known. Late events, and disputes that
 * are settled, lead to another revision, which stands in place of the one before.
 */
export interface ServiceHourJudged extends Parties {
  readonly type: 'ServiceHourJudged';
  readonly reservationId: ReservationId;
  /** First instant of the hour. */
  readonly hour: Instant;
  /** 1, 2, 3 … for each hour. */
  readonly revision: number;
  readonly evidence: Evidence;
  readonly terms: ServiceLevelTerms;
  /** Which of its pool's terms the reservation was sold under. */
  readonly termsVersion: number;
  /** Of the pool's serving profile throughout the hour; null: it changed in it. */
  readonly profileVersion: number | null;
  readonly verdict: Verdict | Overturned;
  readonly credit: SharedArea;
  readonly judgedAt: Instant;
  /** Of the revision before: what is due is the difference. */
  readonly creditBefore: SharedArea;
}

/** A seller, or the provider, says that a credit is wrong. */
export interface CreditDisputed {
  readonly type: 'CreditDisputed';
  readonly reservationId: ReservationId;
  readonly hour: Instant;
  readonly openedBy: OrganizationId;
  readonly reason: string;
}

export const DISPUTE_OUTCOMES = ['accepted', 'withdrawn', 'upheld', 'dismissed'] as const;
/** By the holder, by who opened it, and by the exchange either way. */
export type DisputeOutcome = (typeof DISPUTE_OUTCOMES)[number];

/** Final. The credit is gone where it was accepted or upheld, and stays otherwise. */
export interface DisputeResolved {
  readonly type: 'DisputeResolved';
  readonly reservationId: ReservationId;
  readonly hour: Instant;
  readonly outcome: DisputeOutcome;
  readonly resolvedBy: OrganizationId;
  readonly note: string;
}

export type ServiceEvent = ServiceHourJudged | CreditDisputed | DisputeResolved;
