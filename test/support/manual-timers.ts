import type { CancelTimer, Timers } from '../../src/platform/clock/timers.js';

interface Timer {
  at: number;
  readonly ms: number;
  readonly isRepeated: boolean;
  readonly run: () => void;
}

/** Time passes when the test says so. */
export class ManualTimers implements Timers {
  private now = 0;
  private readonly timers = new Set<Timer>();

  after(ms: number, run: () => void): CancelTimer {
    return this.add({ at: this.now + ms, ms, isRepeated: false, run });
  }

  every(ms: number, run: () => void): CancelTimer {
    return this.add({ at: this.now + ms, ms, isRepeated: true, run });
  }

  /** Runs what is due until then, in its order. */
  advance(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const [next] = [...this.timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.now = next.at;
      if (next.isRepeated) next.at += next.ms;
      else this.timers.delete(next);
      next.run();
    }
    this.now = until;
  }

  /** How many wait for so long. */
  waiting(ms: number): number {
    return [...this.timers].filter((timer) => timer.ms === ms).length;
  }

  private add(timer: Timer): CancelTimer {
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }
}
