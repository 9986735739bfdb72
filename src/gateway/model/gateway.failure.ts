/** How a request on a lane ended; in every usage record. */
export const REASONS = [
  'completed',
  'client_abort',
  'upstream_busy',
  'upstream_error',
  'timeout',
  'request_refused',
  /** What cannot be refused; see `plain.request.ts`. */
  'plain_refused',
  'deadline_exceeded',
  'gateway_shutdown',
  /** What requests under way take of the process's memory is bounded. */
  'gateway_busy',
] as const;
export type Reason = (typeof REASONS)[number];

/** Why an attempt did not complete. */
export interface Failure {
  readonly reason: Exclude<Reason, 'completed'>;
  /** For the client: says nothing of addresses or credentials. */
  readonly message: string;
}

/** Thrown by and within one attempt; never leaves it. */
export class AttemptError extends Error {
  override readonly name = 'AttemptError';
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

const LANES_FAULTS: ReadonlySet<Reason> = new Set(['upstream_busy', 'upstream_error', 'timeout', 'plain_refused']);

/** Whether another lane may do better. Nobody retries for a client that is gone. */
export function isWorthRetrying({ reason }: Failure): boolean {
  return LANES_FAULTS.has(reason);
}

/** Whether it says something about the lane. */
export const isLanesFault = isWorthRetrying;
