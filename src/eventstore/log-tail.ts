import type { Pool } from 'pg';
import { isAfter, LOG_START, type LogPosition, type RecordedEvent } from './event.js';
import { readLog } from './postgres-event-store.js';

/** Events kept; who is further behind reads for itself. */
const KEPT_MAX = 20_000;
/** Events of a query: many come in the time that one takes while there is much to do. */
const PAGE = 2_000;

const tails = new WeakMap<Pool, LogTail>();

type ReadLog = (after: LogPosition, limit: number) => Promise<readonly RecordedEvent[]>;

/**
 * The newest part of the log, read once for all readers of this process. Nothing can be committed
 * before what was read (see `READ_LOG`), so what is kept stays right for ever.
 */
export class LogTail {
  private events: RecordedEvent[] = [];
  /** The place right before the first event that is kept. */
  private start: LogPosition = LOG_START;
  private begun = 0;
  private ended = 0;
  private query: Promise<void> | null = null;
  /** Whether more than was asked for may have been there the last time. */
  private isFull = false;

  constructor(private readonly readAfter: ReadLog) {}

  /** The one that all readers of this process share. */
  static of(pool: Pool): LogTail {
    const known = tails.get(pool);
    if (known !== undefined) return known;
    const tail = LogTail.alone(pool);
    tails.set(pool, tail);
    return tail;
  }

  /** For who reads once. */
  static alone(pool: Pool): LogTail {
    return new LogTail((after, limit) => readLog(pool, after, limit));
  }

  /** This moment, for {@link read}. */
  now(): number {
    return this.begun;
  }

  /**
   * As `EventStore.readLog`: fewer than the limit are returned when there are no more.
   *
   * @param since everything that was committed then is seen; left out: when this is asked
   */
  async read(after: LogPosition, limit: number, since = this.now()): Promise<readonly RecordedEvent[]> {
    if (isAfter(after, this.end)) this.restart(after);
    for (;;) {
      if (isAfter(this.start, after)) return this.readAfter(after, limit);
      const found = this.keptAfter(after, limit);
      if (this.hasAll(found.length, limit, since)) return found;
      await (this.query ??= this.extend());
    }
  }

  private hasAll(found: number, limit: number, since: number): boolean {
    if (found < limit && this.isFull) return false;
    // A query that was under way at that moment may have missed what was committed before it.
    return found > 0 || this.ended > since;
  }

  private get end(): LogPosition {
    return this.events.at(-1) ?? this.start;
  }

  /** Others have come further: what is in between is nobody's here. */
  private restart(after: LogPosition): void {
    this.events = [];
    this.start = after;
    this.isFull = false;
  }

  private async extend(): Promise<void> {
    this.begun += 1;
    const number = this.begun;
    const from = this.end;
    try {
      const page = await this.readAfter(from, PAGE);
      if (this.end !== from) return;
      this.isFull = page.length === PAGE;
      this.events.push(...page);
      this.forgetOldest();
    } finally {
      this.ended = number;
      this.query = null;
    }
  }

  /** Half at a time: moving what stays is not done for every page. */
  private forgetOldest(): void {
    if (this.events.length <= KEPT_MAX) return;
    const forgotten = this.events.splice(0, this.events.length - KEPT_MAX / 2);
    this.start = forgotten.at(-1) ?? this.start;
  }

  private keptAfter(after: LogPosition, limit: number): readonly RecordedEvent[] {
    let [low, high] = [0, this.events.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isAfter(this.events[middle] as RecordedEvent, after)) high = middle;
      else low = middle + 1;
    }
    return this.events.slice(low, low + limit);
  }
}
