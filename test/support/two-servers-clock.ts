import type pg from 'pg';
import type { Duration } from '../../src/kernel/time.js';
import { SimulatedClock } from '../../src/platform/clock/clock.js';
import type { SeededRandom } from '../simulation/random.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** How far time moves at once, and in all. */
interface Pace {
  readonly step: readonly [min: number, max: number];
  readonly max: number;
}

/** Until before the first hour that is traded begins. */
const TRADING: Pace = { step: [20 * SECOND, 240 * SECOND], max: 10_000 * SECOND };
/** Long enough that use is looked at again, and hours are left. */
const SERVING: Pace = { step: [12 * MINUTE, 30 * MINUTE], max: 200 * MINUTE };

/**
 * The simulated clock of servers on one database, moved as answers are given: so that auctions close, and
 * quotes and holds expire, among everything else that happens. Each server hears of a move within a second.
 */
export class AnsweredClock {
  private answers = 0;
  private passed = 0;
  private due: number;
  private pace = TRADING;

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
    if (this.answers < this.due || this.passed > this.pace.max) return;
    this.due = this.next();
    await this.pass(this.random.integer(...this.pace.step));
  }

  /** What was bought is served from an instant on, and time passes faster. */
  async serveFrom(instant: number): Promise<void> {
    await this.pass(instant - this.now());
    [this.passed, this.pace] = [0, SERVING];
  }

  async pass(by: number): Promise<void> {
    this.passed += by;
    await this.clock.advance(by as Duration);
  }

  private next(): number {
    return this.answers + this.random.integer(30, 80);
  }
}
