import pg from 'pg';
import type { Instant } from '../../src/kernel/time.js';
import { createTestDatabase, type TestDatabase } from './database.js';

/**
 * Where a product under test begins: five minutes into an hour of a working day, in the middle of a
 * month, in years to come. Whichever minute, day or season the tests themselves run in, two things
 * made one after the other fall into one hour, and nothing is near a day's, a month's or a year's end.
 */
export const TESTS_BEGIN = Date.UTC(2030, 4, 15, 10, 5) as Instant;

/** A database of its own, for a product that begins then; processes on it need `SIMULATED_CLOCK`. */
export async function emptyDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  await startTimeAt(database.url, TESTS_BEGIN);
  return database;
}

/** Lets the simulated clock of a database that no product runs on yet begin at an instant. */
export async function startTimeAt(databaseUrl: string, instant: Instant): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const offset = instant - Date.now();
    await client.query('INSERT INTO simulated_clock (only_row, offset_ms) VALUES (true, $1)', [offset]);
  } finally {
    await client.end();
  }
}
