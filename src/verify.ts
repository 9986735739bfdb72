import 'reflect-metadata';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Pool } from 'pg';
import { config as readDotenv } from 'dotenv';
import { DefinitionRegistry } from './eventstore/definition-registry.js';
import { PostgresEventStore } from './eventstore/postgres-event-store.js';
import { SubscriptionRegistry } from './eventstore/subscription-registry.js';
import { verifyEverything } from './eventstore/verify.js';
import { VerificationError } from './eventstore/verify-stream.js';
import { readSettings, type Settings } from './platform/config/settings.js';
import { findRunningDatabase } from './platform/database/embedded-postgres.js';
import { POOL } from './platform/platform.module.js';
import { ownSecretKey } from './platform/secrets/secret-box.js';
import { createApplication, openData, type RunningData } from './runtime.js';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Joins the database of a running product, or runs it for as long as this takes. */
async function joinData(settings: Settings): Promise<RunningData> {
  const folder = resolve(settings.DATA_DIR);
  const running = settings.isEmbedded ? await findRunningDatabase(folder) : null;
  if (running === null) return openData(settings, join(ROOT, 'prisma'));
  const secretKey = settings.SECRET_KEY ?? (await ownSecretKey(folder));
  return { databaseUrl: running.url, secretKey, stop: async () => undefined };
}

/** `npm run verify`: the last line is one JSON object; exit code 1 at the first lie. */
export async function verify(): Promise<number> {
  readDotenv({ quiet: true });
  const settings = readSettings(process.env);
  const data = await joinData(settings);
  const application = await createApplication(settings, data);
  const pool = application.get<Pool>(POOL);
  try {
    const found = await verifyEverything({
      pool,
      store: application.get(PostgresEventStore),
      definitions: application.get(DefinitionRegistry),
      subscriptions: application.get(SubscriptionRegistry),
    });
    process.stdout.write(`${JSON.stringify({ ok: true, ...found })}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    process.stdout.write(`${JSON.stringify({ ok: false, lie: error.message })}\n`);
    return 1;
  } finally {
    await application.close();
    await pool.end();
    await data.stop();
  }
}
