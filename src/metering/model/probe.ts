import type { PoolId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';

/** What one of our own requests to a pool showed. Times are in microseconds. */
export interface Probe {
  readonly sentAt: Instant;
  /** How it ended, in the words of a gateway's record. */
  readonly outcome: string;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly ttft: number | null;
  readonly streaming: number | null;
  readonly concurrency: number;
}

/** The requests of one turn: a job that runs twice keeps those of its first time. */
export interface ProbeRun {
  readonly poolId: PoolId;
  readonly slot: Instant;
  readonly profileVersion: number;
  readonly probes: readonly Probe[];
}
