import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const BANNER = /^\s*Headroom\s+http/;

/** A start of the product on a data folder: what it said until it listened, or ended. */
interface Started {
  readonly said: string;
  readonly isListening: boolean;
  end(): Promise<void>;
}

let folder: string;
const started: Started[] = [];

async function start(): Promise<Started> {
  const own = { DATA_DIR: folder, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'warn', DEMO_LOGIN: 'false', DEMO_MARKET: 'false' };
  const child = spawn(process.execPath, ['test/support/server-process.mjs'], {
    env: { PATH: process.env['PATH'], ...own },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const exited = once(child, 'close').then(() => false);
  const listening = new Promise<boolean>((found) => {
    createInterface({ input: child.stdout }).on('line', (line) => BANNER.test(line) && found(true));
  });
  const isListening = await Promise.race([listening, exited]);
  const end = async (): Promise<void> => {
    child.kill('SIGINT');
    await exited;
  };
  const one = { said, isListening, end };
  started.push(one);
  return one;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headroom-folder-'));
  // As root the database runs under another account, which must be able to pass.
  await chmod(folder, 0o711);
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.end()));
  await rm(folder, { recursive: true, force: true });
});

it('is one product’s, of two that are started on it at once, and the other says whose', async () => {
  const all = await Promise.all([start(), start()]);
  expect(all.map(({ isListening }) => isListening).sort()).toEqual([false, true]);
  for (const { said } of all.filter(({ isListening }) => !isListening)) {
    expect(said).toMatch(/process \d+ is running Headroom on \S+: stop it, or set DATA_DIR to another folder/);
  }
});
