import { once } from 'node:events';
import { createServer } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Pool } from 'pg';
import { serveJobBoard } from './api/http/job-board.route.js';
import { serveWebClient } from './api/http/web-client.js';
import { startBackground } from './background.js';
import { stockDemoMarket } from './demo-market.js';
import { PaymentProvider } from './billing/application/payment-provider.js';
import { SeedService, type DemoLogin } from './identity/application/seed.service.js';
import type { Clock } from './platform/clock/clock.js';
import type { Settings } from './platform/config/settings.js';
import { fitCollector } from './platform/garbage-collection.js';
import type { Logger } from './platform/logging/logger.js';
import { CLOCK, LOGGER, POOL } from './platform/platform.module.js';
import { JobQueues } from './platform/queue/job-queues.js';
import { createApplication, openData, StartError } from './runtime.js';

export interface Product {
  readonly url: string;
  readonly application: NestFastifyApplication;
  /** What a person who just started it wants to know. */
  readonly banner: string;
  stop(): Promise<void>;
}

/**
 * Boots everything this process's role asks for, in the order of need: port, database, migrations,
 * application, background work, and only then requests.
 *
 * @throws StartError with what to do, when a person can mend it
 */
export async function startProduct(
  settings: Settings,
  { prismaFolder }: { readonly prismaFolder: string },
): Promise<Product> {
  fitCollector();
  await assertPortFree(settings);
  const data = await openData(settings, prismaFolder);
  try {
    const application = await createApplication(settings, data);
    const seed = application.get(SeedService);
    await seed.ensurePlatform();
    const login = settings.hasDemoLogin ? await seed.ensureDemoLogin() : null;
    const payments = application.get(PaymentProvider);
    await payments.start();
    const isServingPeople = settings.ROLE === 'all' || settings.ROLE === 'api';
    if (isServingPeople) {
      await serveWebClient(application, settings);
      await serveJobBoard(application, settings);
    }
    const isWorking = settings.ROLE === 'all' || settings.ROLE === 'worker';
    const background = isWorking ? await startBackground(application) : null;
    await application.listen(settings.PORT, settings.HOST);
    const url = (await application.getUrl()).replace('[::1]', 'localhost');
    payments.listening(url);
    const stocking = stock(application, settings, url);
    const stop = async (): Promise<void> => {
      await stocking.stop();
      await application.close();
      await background?.stop();
      await application.get(JobQueues).close();
      await application.get<Pool>(POOL).end();
      await data.stop();
    };
    return { url, application, banner: bannerOf(settings, url, login), stop };
  } catch (error) {
    await data.stop();
    throw error;
  }
}

/** Fills a first market while people look around already; what is stopped halfway goes on at the next start. */
function stock(application: NestFastifyApplication, settings: Settings, url: string): { stop(): Promise<void> } {
  if (!settings.hasDemoMarket || settings.ROLE !== 'all') return { stop: async () => undefined };
  const abort = new AbortController();
  const now = application.get<Clock>(CLOCK).now();
  const work = stockDemoMarket({ url, dataDir: settings.DATA_DIR, now, signal: abort.signal }).catch((error: unknown) => {
    if (abort.signal.aborted) return;
    application.get<Logger>(LOGGER).warn({ err: error }, 'the demo market could not be stocked');
  });
  return {
    stop: async () => {
      abort.abort();
      await work;
    },
  };
}

/** Asked before anything is started, so that a taken port costs nothing. */
async function assertPortFree({ PORT, HOST }: Settings): Promise<void> {
  if (PORT === 0 || (await canListen(PORT, HOST))) return;
  for (let other = PORT + 1; other < PORT + 20 && other <= 65_535; other += 1) {
    if (!(await canListen(other, HOST))) continue;
    throw new StartError(`port ${PORT} is taken; port ${other} is free: PORT=${other} npm start`);
  }
  throw new StartError(`port ${PORT} is taken; choose another one: PORT=… npm start`);
}

async function canListen(port: number, host: string): Promise<boolean> {
  const server = createServer();
  const isFree = await new Promise<boolean>((done) => {
    server.once('error', () => done(false));
    server.listen(port, host, () => done(true));
  });
  if (!isFree) return false;
  server.close();
  await once(server, 'close');
  return true;
}

function bannerOf(settings: Settings, url: string, login: DemoLogin | null): string {
  const simulated = [
    ...(settings.isClockSimulated ? ['the clock (it can be moved forward)'] : []),
    ...(settings.STRIPE_SECRET_KEY === undefined ? ['payments (no card is charged: TEST)'] : []),
    ...(settings.hasSimulatedUpstream ? ['models at example.com endpoints'] : []),
  ];
  const lines = [
    ['Headroom', url],
    ['GraphQL', `${url}/graphql`],
    ['Inference', `${url}/v1`],
    ...(login === null ? [] : [['Demo login', `${login.email}  ${login.password}`]]),
    ['Data', settings.isEmbedded ? `${settings.DATA_DIR} (embedded PostgreSQL)` : 'DATABASE_URL'],
    ...(simulated.length > 0 ? [['Simulated', simulated.join(', ')]] : []),
  ];
  const rows = lines.map(([name = '', value = '']) => `  ${name.padEnd(10)} ${value}`);
  return ['', ...rows, '', '  Ctrl-C stops everything.', ''].join('\n');
}
