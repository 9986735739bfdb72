import type pg from 'pg';
import { createPool } from '../../src/platform/database/pool.js';
import { createLogger } from '../../src/platform/logging/logger.js';
import { createTestDatabase } from './database.js';

/** A database, and how often it was asked and answered: a transaction in one message is one exchange. */
export class CountedExchanges {
  count = 0;

  private constructor(
    readonly pool: pg.Pool,
    private readonly drop: () => Promise<void>,
  ) {
    pool.on('connect', ({ connection }) => connection.on('readyForQuery', () => (this.count += 1)));
  }

  static async open(): Promise<CountedExchanges> {
    const { url, drop } = await createTestDatabase();
    return new CountedExchanges(createPool(url, createLogger('silent'), { max: 8, silenceMs: 30_000 }), drop);
  }

  async close(): Promise<void> {
    await this.pool.end();
    await this.drop();
  }
}
