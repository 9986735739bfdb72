// Servers and loads of the bench, each in a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PRODUCT_FLAGS } from '../../../scripts/product-flags.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Starts a script of this folder with options as its argument. */
export function start(script, options) {
  const env = { ...process.env, NODE_ENV: 'production' };
  const args = [...PRODUCT_FLAGS, join(here, script), JSON.stringify(options)];
  return spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
}

/** The port that a server says on standard output, in a line of JSON. */
export async function portOf(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{"port"')) continue;
    child.stdout.resume();
    return JSON.parse(line).port;
  }
  throw new Error(`${child.spawnargs.join(' ')} did not start`);
}

/**
 * What a process answers to a message.
 *
 * @throws Error when it ends instead
 */
export async function ask(child, message) {
  const answered = new AbortController();
  const { signal } = answered;
  const ended = once(child, 'exit', { signal }).then(
    ([code]) => Promise.reject(new Error(`${child.spawnargs.find((one) => one.endsWith('.mjs'))} ended with ${code} and no answer`)),
    () => undefined,
  );
  child.send(message);
  const [answer] = await Promise.race([once(child, 'message', { signal }), ended]);
  answered.abort();
  return answer;
}

export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
