import type { RecordedEvent } from './event.js';

/**
 * An invariant between streams: sees every event of a category, or of some, stream by stream, and at the end
 * says what it found. `verify` runs it over the whole log.
 */
export interface LogAudit {
  readonly category: string | readonly string[];
  begin(): {
    see(event: RecordedEvent): void;
    /** What is wrong, or null. */
    end(): string | null;
  };
}
