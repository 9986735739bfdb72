import type { OutboxMessage } from './event-store.js';
import type { Instant } from '../kernel/time.js';

export interface Committed {
  /** Whether jobs are among it that are due already; others are found by polling when they are. */
  readonly hasDueJobs: boolean;
}

/** Tells readers in this process that something was committed; others find out by polling. */
export class CommitSignal {
  private readonly listeners = new Set<(committed: Committed) => void>();

  listen(listener: (committed: Committed) => void): void {
    this.listeners.add(listener);
  }

  raise(committed: Committed): void {
    for (const listener of this.listeners) listener(committed);
  }
}

export const hasDue = (jobs: readonly OutboxMessage[], now: Instant): boolean => jobs.some(({ runAt }) => runAt <= now);
