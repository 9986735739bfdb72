import { DEFAULT_SCHEMA, quoteSchemaName, runMigrations, type PostgresConnectionOptions } from 'bullmq';
import pg from 'pg';
import { QUEUES } from './job.js';

/** Each worker keeps one, on which it is told of jobs; the others are for statements, of all queues together. */
const LISTENING = QUEUES.length;
const WORKING = 6;

/** As BullMQ takes it: its own description of a pool leaves out most of one. */
export type QueuePool = pg.Pool & PostgresConnectionOptions;

/**
 * The connections of all of BullMQ's queues and workers in this process. On its own each of them would have a pool and one more to listen
 * on: 25 connections, of which most do nothing, and each of which reads the catalog anew when it is first asked something.
 */
export function openQueuePool(connectionString: string): QueuePool {
  const pool = new pg.Pool({
    connectionString,
    max: LISTENING + WORKING,
    options: `-c search_path=${quoteSchemaName(DEFAULT_SCHEMA)}`,
    application_name: 'headroom-queues',
    // One that is lost without a word is found out: a worker waits on it for an hour.
    keepAlive: true,
  });
  // Each queue and each worker is told of what breaks.
  pool.setMaxListeners(0);
  return pool as QueuePool;
}

/** BullMQ's own tables, made or brought up to date. */
export async function migrateQueues(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client, DEFAULT_SCHEMA);
  } finally {
    client.release();
  }
}
