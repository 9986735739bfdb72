import type { MarketId, OrganizationId, PoolId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';

/**
 * What is known of a pool: what its provider says (L1), that it answers by the protocol (L2), how fast it is
 * at our gateway (L3). L4, attested by the hardware, is shown by nothing here.
 */
export const EVIDENCE_LEVELS = ['L1', 'L2', 'L3'] as const;
export type EvidenceLevel = (typeof EVIDENCE_LEVELS)[number];

/** Where figures come from: requests that holders sent, and our own. They are never mixed. */
export const EVIDENCE_SOURCES = ['traffic', 'probe'] as const;
export type EvidenceSource = (typeof EVIDENCE_SOURCES)[number];

/** TTFT in microseconds at the 95th percentile, stream speed in thousandths of a token/s at the 5th. */
export const WATCHED = ['ttft', 'streamSpeed'] as const;
export type Watched = (typeof WATCHED)[number];

/** One figure of one source, on the day that is looked at and in the seven before it. */
export interface Comparison {
  readonly source: EvidenceSource;
  readonly figure: Watched;
  readonly recent: Sampled;
  readonly baseline: Sampled;
}

export interface Sampled {
  readonly samples: number;
  /** Null of nothing. */
  readonly value: number | null;
}

/** What a level rests on: the last seven days, under the profile in force. */
export interface EvidenceCounts {
  readonly served: number;
  readonly probed: number;
  /** Whether all requests of the newest probe were answered whole; null: there was none. */
  readonly isContractKept: boolean | null;
}

interface OfPool {
  readonly poolId: PoolId;
  readonly marketId: MarketId;
  readonly providerId: OrganizationId;
  readonly profileVersion: number;
}

export interface EvidenceLevelChanged extends OfPool {
  readonly type: 'EvidenceLevelChanged';
  /** 1, 2, 3 … of the pool. */
  readonly change: number;
  readonly level: EvidenceLevel;
  readonly before: EvidenceLevel;
  readonly counts: EvidenceCounts;
}

export interface RegressionRaised extends OfPool, Comparison {
  readonly type: 'RegressionRaised';
  readonly raisedAt: Instant;
}

export interface RegressionEnded extends OfPool {
  readonly type: 'RegressionEnded';
  readonly source: EvidenceSource;
  readonly figure: Watched;
  /** `void`: another serving profile is in force. */
  readonly outcome: 'recovered' | 'void';
  readonly endedAt: Instant;
}

export type EvidenceEvent = EvidenceLevelChanged | RegressionRaised | RegressionEnded;
