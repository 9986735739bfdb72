import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { freePort } from '../support/redis-process.js';
import { newSecretKey } from '../support/server-processes.js';
import { until } from '../support/until.js';

let database: TestDatabase;
let folder: string;
let demo: ChildProcess | null = null;

/** Whoever runs the demo, once the product that it started takes requests. */
async function startDemo(port: number): Promise<{ readonly url: string; readonly isOwn: boolean }> {
  const settings = { DATABASE_URL: database.url, SECRET_KEY: newSecretKey(), DATA_DIR: folder, PORT: `${port}`, DEMO_LOGIN: 'false' };
  const child = spawn(process.execPath, ['test/support/demo-parent.mjs'], {
    env: { PATH: process.env['PATH'], ...settings },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  demo = child;
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return JSON.parse(line) as { url: string; isOwn: boolean };
}

/** Of the product to its database. */
async function connections(): Promise<number> {
  const url = new URL(database.url);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.toString() });
  await client.connect();
  try {
    const { rows } = await client.query<{ n: number }>('SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = $1', [name]);
    return rows[0]?.n ?? 0;
  } finally {
    await client.end();
  }
}

const answers = (url: string): Promise<boolean> => fetch(`${url}/health/live`).then(() => true, () => false);

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'headroom-demo-'));
});
afterAll(async () => {
  demo?.kill('SIGKILL');
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

describe('the product that a demo started', () => {
  it('ends with the demo, however that ended', async () => {
    const { url, isOwn } = await startDemo(await freePort());
    expect({ isOwn, answers: await answers(url) }).toEqual({ isOwn: true, answers: true });
    demo?.kill('SIGKILL');
    expect(await until(() => answers(url), (isThere) => !isThere)).toBe(false);
    // It has ended when nobody is connected any more, which on a busy machine comes seconds after the last answer.
    expect(await until(connections, (count) => count === 0)).toBe(0);
  });
});
