import type { RecordedEvent } from './event.js';

/** What was done about the log when the audit began: whatever it led to is in what the audit sees. */
export interface LogReached {
  /** Whether a reader has passed an event: the commands that it leads to are over. */
  hasRead(subscription: string, event: RecordedEvent): boolean;
  /** Whether a job whose name within its kind begins so is still to be done. */
  isAwaited(job: string, key: string): boolean;
}

/**
 * An invariant between streams: sees every event of a category, or of some, stream by stream, and at the end
 * says what it found. `verify` runs it over the whole log.
 */
export interface LogAudit {
  readonly category: string | readonly string[];
  begin(reached: LogReached): {
    see(event: RecordedEvent): void;
    /** What is wrong, or null. */
    end(): string | null;
  };
}
