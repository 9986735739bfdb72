import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { migrate } from '../../src/platform/database/migrate.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { loadRelease, readRelease, type ReleaseData } from './release-data.js';

const PRISMA = join(import.meta.dirname, '../../prisma');

export interface Upgraded {
  readonly database: TestDatabase;
  readonly data: ReleaseData;
  /** Names of the migrations that came after the release. */
  readonly migrations: readonly string[];
}

/** A database as a release left it behind, brought up to date as the product does it when it starts. */
export async function upgrade(release: string): Promise<Upgraded> {
  const data = await readRelease(release);
  const database = await createEmptyDatabase();
  await migrateTo(database.url, data.migration);
  await loadRelease(database.url, data);
  return { database, data, migrations: await migrate(database.url, PRISMA) };
}

/** Migrations are never changed: today's, up to the newest that the release had, make the tables that it had. */
async function migrateTo(url: string, newest: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'headroom-release-'));
  const isLater = (path: string): boolean => /^\d{14}_/.test(basename(path)) && basename(path) > newest;
  await cp(PRISMA, folder, { recursive: true, filter: (path) => !isLater(path) });
  await migrate(url, folder);
  await rm(folder, { recursive: true });
}
