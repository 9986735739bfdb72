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
import { until, untilHolds } from '../support/until.js';

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
    const server = new pg.Pool({ connectionString: process.env['TEST_SERVER_URL'], max: 1 });
    const name = new URL(database.url).pathname.slice(1);
    await untilHolds(server, 'SELECT count(*) = 0 AS holds FROM pg_stat_activity WHERE datname = $1', [name]);
    await server.end();
  });
});
