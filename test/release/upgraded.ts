import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../../src/platform/database/migrate.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { loadRelease, readRelease, type ReleaseData } from './release-data.js';

const PRISMA = join(import.meta.dirname, '../../prisma');

export interface Upgraded {
  readonly database: TestDatabase;
  readonly data: ReleaseData;
  /** Names of the migrations that were applied now. */
  readonly migrations: readonly string[];
  /** Names of those of the release that have another text now. */
  readonly changed: readonly string[];
}

/** A database as a release left it behind, brought up to date as the product does it when it starts. */
export async function upgrade(release: string): Promise<Upgraded> {
  const data = await readRelease(release);
  const database = await createEmptyDatabase();
  const changed = await makeTables(database.url, data);
  await loadRelease(database.url, data);
  return { database, data, changed, migrations: await migrate(database.url, PRISMA) };
}

/** As `prisma migrate deploy` keeps it. */
const HISTORY = `CREATE TABLE _prisma_migrations (
  id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text,
  rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`;
const APPLIED = `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
  VALUES (gen_random_uuid()::text, $1, $2, now(), 1)`;

/** The release's own migrations make the tables that it had: they are never changed. */
async function makeTables(url: string, { migrations }: ReleaseData): Promise<readonly string[]> {
  const changed: string[] = [];
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(HISTORY);
  for (const { name, checksum } of migrations) {
    const text = await readFile(join(PRISMA, 'migrations', name, 'migration.sql'), 'utf8');
    if (createHash('sha256').update(text).digest('hex') !== checksum) changed.push(name);
    await client.query(text);
    await client.query(APPLIED, [checksum, name]);
  }
  await client.end();
  return changed;
}

/** Names of all migrations there are, in their order. */
export async function allMigrations(): Promise<readonly string[]> {
  return (await readdir(join(PRISMA, 'migrations'))).filter((name) => /^\d{14}_/.test(name)).sort();
}
