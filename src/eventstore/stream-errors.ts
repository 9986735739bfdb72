import type { StreamId } from './event.js';

/** The idempotency key came before with other content. Nothing was written. */
export class IdempotencyMismatchError extends Error {
  override readonly name = 'IdempotencyMismatchError';
  readonly code = 'IDEMPOTENCY_MISMATCH';
  constructor(readonly key: string) {
    super('this idempotency key was used before with other content; use a new key');
  }
}

/** The queue of a stream is full, or its retries are used up: nothing was written; try later. */
export class StreamBusyError extends Error {
  override readonly name = 'StreamBusyError';
  readonly code = 'BUSY';
  readonly retryAfterSeconds = 1;
  constructor(
    readonly stream: StreamId,
    override readonly cause?: unknown,
  ) {
    super('the log is busy or unavailable; try again with the same idempotency key');
  }
}
