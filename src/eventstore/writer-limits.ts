import type { OutboxMessage } from './event-store.js';

/** Every bound of the writer. */
export interface StreamWriterLimits {
  /** Commands waiting on one stream before callers are turned away. */
  readonly queueLengthMax: number;
  /** Commands decided and committed together. */
  readonly batchSizeMax: number;
  /** Attempts at one batch before its callers get {@link StreamBusyError}. */
  readonly attemptsMax: number;
  /** Answers kept in memory for each stream, so that a quick retry does not reach the store. */
  readonly recentAnswersMax: number;
  /** Names of jobs kept in memory for each stream, so that shared ones are sent once. */
  readonly recentJobsMax: number;
  /** Characters of snapshot that each event may cost: large states are kept less often. */
  readonly snapshotSizePerEvent: number;
  /** Batches without a foreign event before the writer stops locking first. */
  readonly quietBatches: number;
  /** Batches under way at once. */
  readonly flightsMax: number;
  /** A queue this long is sent in two halves. */
  readonly splitFrom: number;
}

export const DEFAULT_LIMITS: StreamWriterLimits = {
  queueLengthMax: 10_000,
  batchSizeMax: 512,
  attemptsMax: 5,
  recentAnswersMax: 10_000,
  recentJobsMax: 10_000,
  snapshotSizePerEvent: 200,
  quietBatches: 32,
  flightsMax: 2,
  splitFrom: 16,
};

export interface StreamWriterHooks {
  /** After a commit that held events or jobs, with these jobs: wakes subscriptions and, when some are due, the outbox relay. */
  readonly committed: (jobs: readonly OutboxMessage[]) => void;
  readonly warn: (message: string, details: Record<string, unknown>) => void;
}
