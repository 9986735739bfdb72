import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import 'reflect-metadata';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Pool } from 'pg';
import { serveJobBoard } from '../../src/api/http/job-board.route.js';
import { serveWebClient } from '../../src/api/http/web-client.js';
import { startBackground, type Background } from '../../src/background.js';
import { PaymentProvider } from '../../src/billing/application/payment-provider.js';
import { SeedService } from '../../src/identity/application/seed.service.js';
import { readSettings, type Settings } from '../../src/platform/config/settings.js';
import { POOL } from '../../src/platform/platform.module.js';
import { LIVE, type Live } from '../../src/platform/pubsub/live-limits.js';
import { present } from '../../src/kernel/assert.js';
import { createApplication } from '../../src/runtime.js';
import type { TestDatabase } from './database.js';
import { answerLate, followLate } from './late-followers.js';
import { emptyDatabase } from './test-time.js';

export interface TestApp {
  readonly url: string;
  /** A folder of its own. */
  readonly dataDir: string;
  readonly application: NestFastifyApplication;
  /** A client without credentials. */
  stranger(): ApiClient;
  /** Signs up a new organization and answers with its owner's client. */
  signUp(name: string, kind?: { isProvider?: boolean; isBuyer?: boolean }): Promise<ApiClient>;
  /** Read models, what follows from events and jobs stay where they are; only commands and questions go on. */
  stopBackground(): Promise<void>;
  close(): Promise<void>;
}

export interface TestAppOptions {
  readonly hasPages?: boolean;
  readonly live?: Live;
  /** By name, as in the environment. */
  readonly settings?: Readonly<Record<string, string>>;
  /** With what is in it, its clock included; left out: an empty one. */
  readonly database?: TestDatabase;
}

/** Each connection is a process of the server's, which learns the database's catalog anew: with twenty of them that is half of what a short test takes. */
const FEW = '8';

/** The whole product on a database of its own, listening on a free port; with its pages if asked. */
export async function startTestApp({
  hasPages = false,
  live = LIVE,
  settings: given = {},
  database: furnished,
}: TestAppOptions = {}): Promise<TestApp> {
  const database = furnished ?? (await emptyDatabase());
  const dataDir = await mkdtemp(join(tmpdir(), 'headroom-app-'));
  const secretKey = randomBytes(32).toString('base64url');
  const own = { DATA_DIR: dataDir, LOG_LEVEL: 'error', PORT: '0', PROBES: 'false', DATABASE_CONNECTIONS: FEW };
  const settings = readSettings({ ...own, ...given });
  const data = { databaseUrl: database.url, secretKey };
  let product: Running | null = await start(settings, data, { hasPages, live });
  const { url } = product;
  let count = 0;
  return {
    url,
    dataDir,
    get application() {
      return present(product, 'the product, which was closed').application;
    },
    stranger: () => new ApiClient(url),
    signUp: async (name, kind = {}) => {
      count += 1;
      const client = new ApiClient(url);
      const email = `owner-${count}@example.com`;
      const password = randomBytes(12).toString('base64url');
      await client.mustMutate('signUp', 'SignUpInput', {
        ...{ organizationName: name, name: 'Owner', email, password },
        ...{ isProvider: false, isBuyer: true, ...kind },
      });
      await client.mustMutate('signIn', 'SignInInput', { email, password });
      return client;
    },
    stopBackground: () => present(product, 'the product, which was closed').background.stop(),
    close: async () => {
      const { application, background } = present(product, 'the product, which was closed');
      await application.close();
      await background.stop();
      await application.get<Pool>(POOL).end();
      // Test files are kept as long as their process, with whatever names this; the product need not be.
      product = null;
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

interface Running {
  readonly url: string;
  readonly application: NestFastifyApplication;
  readonly background: Background;
}

async function start(
  settings: Settings,
  data: { readonly databaseUrl: string; readonly secretKey: string },
  { hasPages, live }: { readonly hasPages: boolean; readonly live: Live },
): Promise<Running> {
  answerLate();
  const application = await createApplication(settings, data, live);
  await application.get(SeedService).ensurePlatform();
  const payments = application.get(PaymentProvider);
  await payments.start();
  if (hasPages) {
    await serveWebClient(application, settings);
    await serveJobBoard(application, settings);
  }
  followLate(application);
  const background = await startBackground(application);
  await application.listen(0, '127.0.0.1');
  const url = await application.getUrl();
  payments.listening(url);
  return { url, application, background };
}

/** For `fields` of a mutation whose result can be this rejection. */
export const ISSUES = '... on ValidationRejection { issues { field reason accepted } }';

export interface GraphQLAnswer {
  readonly data?: Record<string, any> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: any }[];
}

const BUSY_RETRIES = 3;

/** A GraphQL client as anybody could write one: keeps its cookie, makes its own keys. */
export class ApiClient {
  cookie: string | null = null;
  bearer: string | null = null;
  private keys = 0;
  private readonly name = randomBytes(6).toString('hex');

  constructor(readonly url: string) {}

  headers(): Record<string, string> {
    return {
      'content-type': 'application/json',
      ...(this.cookie === null ? {} : { cookie: this.cookie }),
      ...(this.bearer === null ? {} : { authorization: `Bearer ${this.bearer}` }),
    };
  }

  async ask(query: string, variables: Record<string, unknown> = {}): Promise<GraphQLAnswer> {
    const body = JSON.stringify({ query, variables });
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: this.headers(),
      body,
    });
    const cookie = response.headers.getSetCookie()[0];
    if (cookie !== undefined) this.cookie = cookie.split(';')[0] ?? null;
    return (await response.json()) as GraphQLAnswer;
  }

  /** Calls a mutation; `fields` are read from its result, rejections always. */
  async mutate(
    name: string,
    inputType: string,
    input: Record<string, unknown>,
    { fields = '', key = this.nextKey() }: { fields?: string; key?: string } = {},
  ): Promise<Record<string, any>> {
    const query = `mutation($key: IdempotencyKey!, $input: ${inputType}!) {
      answer: ${name}(idempotencyKey: $key, input: $input) {
        __typename ${fields}
        ... on Rejection { code message }
      }
    }`;
    for (let retries = 0; ; retries += 1) {
      const { data, errors } = await this.ask(query, { key, input });
      if (errors === undefined) return data?.['answer'] as Record<string, any>;
      // As BUSY says: again, under the same key. A machine that is short of time answers so.
      const isBusy = errors.every(({ extensions }) => extensions?.code === 'BUSY');
      if (!isBusy || retries === BUSY_RETRIES) throw new Error(JSON.stringify(errors));
    }
  }

  /** As `mutate`, for what a test takes for granted. */
  async mustMutate(
    ...args: Parameters<ApiClient['mutate']>
  ): Promise<Record<string, any>> {
    const answer = await this.mutate(...args);
    if ('code' in answer) throw new Error(`${args[0]}: ${JSON.stringify(answer)}`);
    return answer;
  }

  nextKey(): string {
    this.keys += 1;
    return `${this.name}-${this.keys}`;
  }
}
