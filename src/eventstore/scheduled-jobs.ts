import { LRUCache } from 'lru-cache';
import type { OutboxMessage } from './event-store.js';
import { growingTo } from '../kernel/growing-cache.js';

const idOf = ({ queue, dedupeKey }: OutboxMessage): string => `${queue}\n${dedupeKey}`;

/**
 * Jobs that are known to be in the outbox. It takes each name once, so sending one again changes
 * nothing and costs a look into its index; jobs that many commands share are sent once.
 */
export class ScheduledJobs {
  private readonly known: LRUCache<string, true>;
  /** Those of them that are the same object each time: no name has to be made to know them. */
  private readonly seen = new WeakSet<OutboxMessage>();

  constructor(max: number) {
    this.known = new LRUCache(growingTo(max));
  }

  /** Those that may be new, each once. */
  fresh(outbox: readonly OutboxMessage[]): readonly OutboxMessage[] {
    const byId = new Map<string, OutboxMessage>();
    for (const message of outbox) {
      if (this.seen.has(message)) continue;
      const id = idOf(message);
      if (!this.known.has(id) && !byId.has(id)) byId.set(id, message);
    }
    return [...byId.values()];
  }

  /** They are committed. */
  remember(outbox: readonly OutboxMessage[]): void {
    for (const message of outbox) {
      this.known.set(idOf(message), true);
      this.seen.add(message);
    }
  }
}
