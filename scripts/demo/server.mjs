// The product that the demo talks to: one that runs already, or one of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PRODUCT_FLAGS } from '../product-flags.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const READY_MS = 120_000;

async function isReady(url) {
  try {
    return (await fetch(`${url}/health/ready`)).ok;
  } catch {
    return false;
  }
}

/** @returns {Promise<{ url: string, isOwn: boolean, stop: () => Promise<void> }>} */
export async function findOrStartServer(given) {
  const url = given ?? `http://127.0.0.1:${process.env.PORT || 4_000}`;
  if (await isReady(url)) return { url, isOwn: false, stop: async () => undefined };
  if (given !== undefined) throw new Error(`nothing answers at ${given}/health/ready`);
  return startServer(url);
}

async function startServer(url) {
  let isStopping = false;
  let child = null;
  const run = () => {
    child = spawn(process.execPath, [...PRODUCT_FLAGS, join(root, 'scripts/start.mjs')], {
      cwd: root,
      // The channel is closed when the demo is gone, killed or not: the product ends then.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.once('exit', (code, signal) => {
      // Killed from outside: what was acknowledged is kept, so the story goes on.
      if (!isStopping && signal !== null) setTimeout(run, 1_000);
      else if (!isStopping && code !== 0) process.exitCode = 1;
    });
  };
  run();
  const stop = async () => {
    isStopping = true;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGINT');
    await exited;
  };
  process.once('SIGINT', () => void stop().then(() => process.exit(130)));
  const deadline = Date.now() + READY_MS;
  while (!(await isReady(url))) {
    const hasFailed = child.exitCode !== null && child.exitCode !== 0;
    if (hasFailed || Date.now() > deadline) {
      await stop();
      throw new Error(`the product did not start at ${url}: try npm start to see why`);
    }
    await new Promise((done) => setTimeout(done, 200));
  }
  return { url, isOwn: true, stop };
}
