import type { MemoryEventStore } from '../../src/eventstore/memory-event-store.js';
import type { OutboxMessage } from '../../src/eventstore/event-store.js';
import { StreamBusyError } from '../../src/eventstore/stream-errors.js';
import type { Instant } from '../../src/kernel/time.js';
import type { MarketProcess } from './market-process.js';
import { ConnectionLostError } from './network.js';

/**
 * The relay and its queue, at their worst: due jobs run late, in any order, twice, and at once on
 * two processes. A job is struck off when a run of it ended well, as the product does it.
 */
export class Jobs {
  readonly counts = { jobsRun: 0, jobsAgain: 0, jobsFailed: 0 };
  private readonly done = new Set<OutboxMessage>();

  constructor(private readonly store: MemoryEventStore) {}

  /** Every job that is due and not done. */
  due(now: number): OutboxMessage[] {
    return [...this.store.outbox.values()].filter(
      (message) => message.runAt <= now && !this.done.has(message),
    );
  }

  /** When the next job comes due; null when none is left. */
  nextAt(now: number): Instant | null {
    let next: Instant | null = null;
    for (const { runAt } of this.store.outbox.values()) {
      if (runAt > now && (next === null || runAt < next)) next = runAt;
    }
    return next;
  }

  get finished(): readonly OutboxMessage[] {
    return [...this.done];
  }

  async run(process: MarketProcess, message: OutboxMessage): Promise<void> {
    this.counts[this.done.has(message) ? 'jobsAgain' : 'jobsRun'] += 1;
    try {
      await process.runJob(message);
      this.done.add(message);
    } catch (error) {
      const isTemporary = error instanceof StreamBusyError || error instanceof ConnectionLostError;
      if (!isTemporary) throw error;
      this.counts.jobsFailed += 1;
    }
  }
}
