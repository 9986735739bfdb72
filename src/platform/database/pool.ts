import pg from 'pg';
import type { Logger } from '../logging/logger.js';

const CONNECT_TIMEOUT_MS = 10_000;
/** No statement of ours needs longer; one that does is stuck. */
const STATEMENT_TIMEOUT_MS = 60_000;

export interface PoolLimits {
  /** Connections. */
  readonly max: number;
  /** Who is frozen in the middle of a transaction loses it after so long. */
  readonly silenceMs: number;
}

/** The process's connections to PostgreSQL. A connection that breaks is replaced on next use. */
export function createPool(connectionString: string, logger: Logger, { max, silenceMs }: PoolLimits): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: silenceMs,
    application_name: 'headroom',
  });
  // One that breaks in somebody's hands fails what they do on it; without this it would end the process.
  pool.on('connect', (client) => {
    client.on('error', (error) => logger.debug({ err: error }, 'a database connection in use broke'));
  });
  pool.on('error', (error) => {
    // While the product stops, connections end as they like.
    if (!pool.ending) logger.warn({ err: error }, 'a database connection broke');
  });
  return pool;
}
