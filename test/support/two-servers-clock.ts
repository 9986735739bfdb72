import type pg from 'pg';
import type { Duration } from '../../src/kernel/time.js';
import { SimulatedClock } from '../../src/platform/clock/clock.js';
import type { SeededRandom } from '../simulation/random.js';

const SECOND = 1_000;

/** How far time moves at once, and in all: before the first hour that is traded begins it is over. */
const STEP = [20 * SECOND, 240 * SECOND] as const;
const PASSED_MAX = 10_000 * SECOND;

/**
 * The simulated clock of servers on one database, moved as answers are given: so that auctions close, and
 * quotes and holds expire, among everything else that happens. Each server hears of a move within a second.
 */
export class AnsweredClock {
  private answers = 0;
  private passed = 0;
  private due: number;
  private isMoved = true;

  private constructor(
    private readonly clock: SimulatedClock,
    private readonly random: SeededRandom,
  ) {
    this.due = this.next();
  }

  static async of(pool: pg.Pool, random: SeededRandom): Promise<AnsweredClock> {
    const clock = new SimulatedClock(pool);
    await clock.refresh();
    return new AnsweredClock(clock, random);
  }

  now(): number {
    return this.clock.now();
  }

  /** Called after every answer. */
  async answered(): Promise<void> {
    this.answers += 1;
    if (!this.isMoved || this.answers < this.due || this.passed > PASSED_MAX) return;
    this.due = this.next();
    await this.pass(this.random.integer(...STEP));
  }

  /** It is another time now, and answers move it no more: it passes by itself. */
  async moveTo(instant: number): Promise<void> {
    this.isMoved = false;
    await this.pass(instant - this.now());
  }

  async pass(by: number): Promise<void> {
    this.passed += by;
    await this.clock.advance(by as Duration);
  }

  private next(): number {
    return this.answers + this.random.integer(30, 80);
  }
}
