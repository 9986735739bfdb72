import type { Pool } from 'pg';
import { WebSocket } from 'ws';
import { POOL } from '../../src/platform/platform.module.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { program } from '../support/pools.js';

let app: TestApp;
let pool: Pool;
let client: ApiClient;
let key: ApiClient;
beforeAll(async () => {
  app = await startTestApp();
  pool = app.application.get<Pool>(POOL);
  client = await app.signUp('Unlucky');
  key = await program(app, client, ['USAGE_WRITE', 'BILLING_READ', 'INFERENCE_USE']);
});
afterAll(() => app.close());

const JSON_TYPE = { 'content-type': 'application/json' };
const QUERY = JSON.stringify({ query: '{ __typename }' });

interface Door {
  readonly path: string;
  readonly init?: RequestInit;
  /** Where its own form of an error has its code or status. */
  readonly tell: (body: any) => unknown;
  readonly told: unknown;
}

/** Every way in that asks who is there, and how it says that it cannot tell. */
const DOORS: Readonly<Record<string, Door>> = {
  GraphQL: {
    path: '/graphql',
    init: { method: 'POST', headers: JSON_TYPE, body: QUERY },
    tell: ({ data, errors }) => [data, errors.map(({ extensions }: any) => extensions.code)],
    told: [undefined, ['BUSY']],
  },
  usage: { path: '/v1/usage', init: { method: 'POST', headers: JSON_TYPE, body: '{}' }, tell: ({ status }) => status, told: 503 },
  exports: { path: '/exports/invoice.csv?month=2026-11', tell: ({ status }) => status, told: 503 },
  models: { path: '/v1/models', tell: ({ error }) => error.code, told: 'server_busy' },
  completions: {
    path: '/v1/chat/completions',
    init: { method: 'POST', headers: JSON_TYPE, body: '{}' },
    tell: ({ error }) => error.code,
    told: 'server_busy',
  },
};

/** As long as nobody can look anybody up. */
async function unproven<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  await pool.query('ALTER TABLE session RENAME TO session_away; ALTER TABLE api_key RENAME TO api_key_away');
  try {
    return await work();
  } finally {
    await pool.query('ALTER TABLE session_away RENAME TO session; ALTER TABLE api_key_away RENAME TO api_key');
  }
}

/** A key as it could be, so that it is looked up: one that was proven is believed for a moment. */
function credentials(): Record<string, string> {
  const authorization = key.headers()['authorization'] as string;
  return { authorization: `${authorization.slice(0, -1)}${authorization.endsWith('A') ? 'B' : 'A'}` };
}

describe('while the database cannot say who asks', () => {
  it.each(Object.keys(DOORS))('%s says 503 in its own form, when to ask again, and nothing of the database', async (name) => {
    const { path, init = {}, tell, told } = DOORS[name] as Door;
    const ask = (): Promise<Response> =>
      fetch(`${app.url}${path}`, { ...init, headers: { ...init.headers, ...credentials() } });
    const response = await unproven(ask);
    const text = await response.text();
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(tell(JSON.parse(text))).toEqual(told);
    expect(text).not.toMatch(/prisma|findUnique|api_key|session|our log/i);
    expect((await ask()).status).not.toBe(503);
  });

  it('a socket is not opened, and told to come again', async () => {
    const status = await unproven(
      () =>
        new Promise((resolve) => {
          const url = `${app.url.replace('http', 'ws')}/graphql`;
          const socket = new WebSocket(url, 'graphql-transport-ws', { headers: credentials() });
          socket.on('error', () => undefined);
          socket.on('unexpected-response', (_request, { statusCode, headers }) => {
            resolve([statusCode, headers['retry-after']]);
          });
        }),
    );
    expect(status).toEqual([503, '5']);
  });
});
