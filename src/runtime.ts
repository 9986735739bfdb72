import { resolve } from 'node:path';
import fastifyCookie from '@fastify/cookie';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { boundClosing } from './api/http/closing.js';
import { servedAt } from './api/http/web-client.js';
import { systemTimers } from './platform/clock/timers.js';
import type { Settings } from './platform/config/settings.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './platform/database/embedded-postgres.js';
import { FolderInUseError } from './platform/database/folder-claim.js';
import { migrate } from './platform/database/migrate.js';
import { LIVE, type Live } from './platform/pubsub/live-limits.js';
import { ownSecretKey } from './platform/secrets/secret-box.js';

const BODY_BYTES_MAX = 1_048_576;
const REQUEST_TIMEOUT_MS = 60_000;

/** Something a person can mend: said in one line, without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** The database of this installation, running and migrated. */
export interface RunningData {
  readonly databaseUrl: string;
  readonly secretKey: string;
  stop(): Promise<void>;
}

/** Finds or starts the database and brings its tables up to date. */
export async function openData(settings: Settings, prismaFolder: string): Promise<RunningData> {
  if (settings.DATABASE_URL !== undefined) {
    const { DATABASE_URL: databaseUrl, SECRET_KEY: secretKey = '' } = settings;
    await migrate(databaseUrl, prismaFolder);
    return { databaseUrl, secretKey, stop: async () => undefined };
  }
  const folder = resolve(settings.DATA_DIR);
  const database = await startOn(folder);
  try {
    await migrate(database.url, prismaFolder);
    const secretKey = settings.SECRET_KEY ?? (await ownSecretKey(folder));
    return { databaseUrl: database.url, secretKey, stop: () => database.stop() };
  } catch (error) {
    await database.stop();
    throw error;
  }
}

async function startOn(folder: string): Promise<EmbeddedPostgres> {
  try {
    return await startEmbeddedPostgres(folder);
  } catch (error) {
    if (!(error instanceof FolderInUseError)) throw error;
    throw new StartError(
      `process ${error.pid} is running Headroom on ${folder}: stop it, or set DATA_DIR to another folder`,
    );
  }
}

/** The whole application on a database that is running; not yet listening. */
export async function createApplication(
  settings: Settings,
  data: Pick<RunningData, 'databaseUrl' | 'secretKey'>,
  live: Live = LIVE,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: settings.TRUST_PROXY,
    forceCloseConnections: 'idle',
    rewriteUrl: servedAt,
  });
  const application = await NestFactory.create<NestFastifyApplication>(
    AppModule.forEnvironment({ settings, ...data, live }),
    adapter,
    { logger: ['error', 'warn'], rawBody: true, abortOnError: false },
  );
  await application.register(fastifyCookie);
  // Fastify reads text/plain by itself; a form on another site could send that without asking.
  adapter.getInstance().removeContentTypeParser('text/plain');
  const { server } = adapter.getInstance();
  adapter.getInstance().addHook('preClose', async () => boundClosing(server, systemTimers));
  await application.init();
  return application;
}
