import type { Pool } from 'pg';
import type { Duration, Instant } from '../../kernel/time.js';

/** The product's time. Business rules see only this. */
export interface Clock {
  now(): Instant;
}

export const systemClock: Clock = { now: () => Date.now() as Instant };

/** At most ten years in one go: more is a slip of the keyboard. */
export const ADVANCE_MS_MAX = 315_576_000_000 as Duration;

/**
 * The system's time plus an offset that is kept in the database and only grows, so that a
 * demonstration can let a month pass and every process, also after a restart, agrees.
 */
export class SimulatedClock implements Clock {
  private offsetMs = 0;

  constructor(private readonly pool: Pool) {}

  now(): Instant {
    return (Date.now() + this.offsetMs) as Instant;
  }

  /** Takes over what other processes did to the offset. */
  async refresh(): Promise<void> {
    const { rows } = await this.pool.query<{ offset_ms: string }>(
      'SELECT offset_ms FROM simulated_clock',
    );
    this.offsetMs = Math.max(this.offsetMs, Number(rows[0]?.offset_ms ?? 0));
  }

  /** Moves the clock forward to an instant, unless it is past it already. */
  async advanceTo(target: Instant): Promise<Instant> {
    const { rows } = await this.pool.query<{ offset_ms: string }>(
      `INSERT INTO simulated_clock AS c (only_row, offset_ms) VALUES (true, $1)
       ON CONFLICT (only_row) DO UPDATE SET offset_ms = GREATEST(c.offset_ms, EXCLUDED.offset_ms)
       RETURNING offset_ms`,
      [Math.max(0, target - Date.now())],
    );
    this.offsetMs = Math.max(this.offsetMs, Number(rows[0]?.offset_ms ?? 0));
    return this.now();
  }

  /** Moves the clock forward and answers with the new time. */
  async advance(by: Duration): Promise<Instant> {
    const { rows } = await this.pool.query<{ offset_ms: string }>(
      `INSERT INTO simulated_clock (only_row, offset_ms) VALUES (true, $1)
       ON CONFLICT (only_row) DO UPDATE SET offset_ms = simulated_clock.offset_ms + EXCLUDED.offset_ms
       RETURNING offset_ms`,
      [by],
    );
    this.offsetMs = Math.max(this.offsetMs, Number(rows[0]?.offset_ms ?? 0));
    return this.now();
  }
}
