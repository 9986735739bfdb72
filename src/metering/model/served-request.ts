import type { Instant } from '../../kernel/time.js';

/** How a request that our gateway sent on ended. */
export type RequestEnd =
  /** The whole answer reached the client. */
  | 'answered'
  /** The upstream broke off, refused, or did not answer in time. */
  | 'failed'
  /** The client went away. */
  | 'aborted'
  /** It was no request that could be answered, or our own gateway stopped. */
  | 'refused';

/** A request as our gateway measured it: what a promise is judged by. */
export interface ServedRequest {
  readonly servedAt: Instant;
  readonly end: RequestEnd;
  /** Whether it may wait behind others, as its sender allowed. */
  readonly isBatch: boolean;
  readonly promptTokens: number;
  readonly outputTokens: number;
  /**
   * Microseconds from the request's last byte to the first content token forwarded, without those
   * that it waited for room in its own reservation; null: none was forwarded, or not by itself.
   */
  readonly ttft: number | null;
  /** Microseconds, counted as those of `ttft`, after which a stream ended without a first token; null: it had one, or was none. */
  readonly waited: number | null;
  /** Thousandths of an output token/s after the first one; null: too few to tell. */
  readonly streamSpeed: number | null;
  /** Requests of the reservation that were under way when it began, itself included. */
  readonly concurrency: number;
}
