import { MemoryEventStore } from '../../src/eventstore/memory-event-store.js';
import type { StreamId } from '../../src/eventstore/event.js';
import type { AppendOutcome, AppendRequest, OutboxMessage } from '../../src/eventstore/event-store.js';
import { StreamBusyError } from '../../src/eventstore/stream-errors.js';
import type { Instant } from '../../src/kernel/time.js';
import type { MarketProcess } from './market-process.js';
import { ConnectionLostError } from './network.js';
import { toFollow } from './rebooker.js';
import { refusedIn, type Refused } from './refused.js';

/** A job that was asked for, as long as the store has it. */
export interface Job {
  readonly id: string;
  readonly message: OutboxMessage;
}

/** The outbox of a store in memory, which says what is new in it. */
class Outbox extends Map<string, OutboxMessage> {
  readonly fresh: Job[] = [];

  override set(id: string, message: OutboxMessage): this {
    this.fresh.push({ id, message });
    return super.set(id, message);
  }
}

export class SimulatedStore extends MemoryEventStore {
  override readonly outbox = new Outbox();
  private readonly refused = new Map<StreamId, Refused[]>();

  /** What was refused in a stream and nobody has taken yet, in the order of the decisions. */
  takeRefused(stream: StreamId): Refused[] {
    return this.refused.get(stream)?.splice(0) ?? [];
  }

  protected override appendNow(request: AppendRequest): AppendOutcome {
    const outcome = super.appendNow(request);
    if (outcome !== 'appended') return outcome;
    const known = this.refused.get(request.stream) ?? [];
    this.refused.set(request.stream, known);
    known.push(...refusedIn(request));
    for (const message of toFollow(request)) this.outbox.set(message.dedupeKey, message);
    return outcome;
  }
}

/**
 * The relay and its queue, at their worst: due jobs run late, in any order, twice, and at once on
 * two processes. A job is struck off when a run of it ended well, as the product does it.
 */
export class Jobs {
  readonly counts = { jobsRun: 0, jobsAgain: 0, jobsFailed: 0 };
  /** In the order in which they were asked for. */
  private readonly open = new Map<string, Job>();
  private readonly done: Job[] = [];
  private readonly doneIds = new Set<string>();

  constructor(private readonly store: SimulatedStore) {}

  /** Every job that is due and not done. */
  due(now: number): Job[] {
    this.catchUp();
    return [...this.open.values()].filter(({ message }) => message.runAt <= now);
  }

  /** When the next job comes due; null when none is left. */
  nextAt(now: number): Instant | null {
    this.catchUp();
    let next: Instant | null = null;
    for (const { message } of this.open.values()) {
      const { runAt } = message;
      if (runAt > now && (next === null || runAt < next)) next = runAt;
    }
    return next;
  }

  get finished(): readonly Job[] {
    return this.done;
  }

  /** Null when nobody asked for it. */
  find(id: string): Job | null {
    const message = this.store.outbox.get(id);
    return message === undefined ? null : { id, message };
  }

  async run(process: MarketProcess, { id, message }: Job): Promise<void> {
    this.counts[this.doneIds.has(id) ? 'jobsAgain' : 'jobsRun'] += 1;
    try {
      await process.runJob(message);
      this.strikeOff(id, message);
    } catch (error) {
      const isTemporary = error instanceof StreamBusyError || error instanceof ConnectionLostError;
      if (!isTemporary) throw error;
      this.counts.jobsFailed += 1;
    }
  }

  private strikeOff(id: string, message: OutboxMessage): void {
    this.catchUp();
    this.open.delete(id);
    if (this.doneIds.has(id)) return;
    this.doneIds.add(id);
    this.done.push({ id, message });
  }

  private catchUp(): void {
    for (const job of this.store.outbox.fresh.splice(0)) this.open.set(job.id, job);
  }
}
