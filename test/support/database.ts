import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { present } from '../../src/kernel/assert.js';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

function urlOf(name: string): string {
  const url = new URL(present(process.env['TEST_SERVER_URL'], 'TEST_SERVER_URL'));
  url.pathname = `/${name}`;
  return url.toString();
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: process.env['TEST_SERVER_URL'] });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A migrated, empty database of the calling test file's own. */
export function createTestDatabase(): Promise<TestDatabase> {
  return createFrom(present(process.env['TEST_TEMPLATE'], 'TEST_TEMPLATE'));
}

/** One without any table, for what comes before the newest migration. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return createFrom('template0');
}

async function createFrom(template: string): Promise<TestDatabase> {
  const name = `headroom_test_${randomUUID().replaceAll('-', '')}`;
  await onServer(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  // Not by force: the server waits some seconds for connections that are being closed, and one that
  // a test has left open is an error.
  return { url: urlOf(name), drop: () => onServer(`DROP DATABASE IF EXISTS ${name}`) };
}
