import type { Instant } from '../../kernel/time.js';

/** How a request that our gateway sent on ended. */
export type RequestEnd =
  /** The whole answer reached the client. */
  | 'answered'
  /** The upstream broke off, refused, or did not answer in time. */
  | 'failed'
  /** The client went away. */
  | 'aborted';

/** A request as our gateway measured it: what a promise is judged by. */
export interface ServedRequest {
  readonly servedAt: Instant;
  readonly end: RequestEnd;
  /** Whether it may wait behind others, as its sender allowed. */
  readonly isBatch: boolean;
  /** Whether it went beyond what its reservation holds. */
  readonly isOverLimit: boolean;
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Milliseconds from the request's last byte to the first content token forwarded; null: none was. */
  readonly ttft: number | null;
  /** Thousandths of an output token/s after the first one; null: too few to tell. */
  readonly streamSpeed: number | null;
  /** Requests of the reservation that were under way when it began, itself included; null: not known. */
  readonly concurrency: number | null;
  /** Version of the pool's serving profile. */
  readonly profileVersion: number;
}
