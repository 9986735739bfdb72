import { LRUCache } from 'lru-cache';
import { growingTo } from '../../kernel/growing-cache.js';

/** Counts attempts in a window of time. Behind a port, so that processes can share their counts. */
export abstract class AttemptLimiter {
  /** Counts one attempt; answers with the seconds to wait when there were too many, else null. */
  abstract attempt(who: string): Promise<number | null>;
  /** The attempt was right: those before it count no more. */
  abstract forgive(who: string): Promise<void>;
}

export interface AttemptLimits {
  readonly attemptsMax: number;
  readonly windowMs: number;
}

const TRACKED_MAX = 50_000;

/** In this process's memory. */
export class MemoryAttemptLimiter extends AttemptLimiter {
  private readonly counts: LRUCache<string, { attempts: number; readonly until: number }>;

  constructor(
    private readonly limits: AttemptLimits,
    private readonly nowMs: () => number = Date.now,
  ) {
    super();
    this.counts = new LRUCache(growingTo(TRACKED_MAX));
  }

  async attempt(who: string): Promise<number | null> {
    const now = this.nowMs();
    const { attemptsMax, windowMs } = this.limits;
    const known = this.counts.get(who);
    const counted = known !== undefined && known.until > now ? known : null;
    if (counted === null) {
      this.counts.set(who, { attempts: 1, until: now + windowMs });
      return null;
    }
    counted.attempts += 1;
    return counted.attempts > attemptsMax ? Math.ceil((counted.until - now) / 1_000) : null;
  }

  async forgive(who: string): Promise<void> {
    this.counts.delete(who);
  }
}
