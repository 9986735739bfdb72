// pgbench, from the Debian package postgresql-15 or newer, on the server under test.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

function findPgbench() {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  const folders = [
    ...versions.map((version) => `/usr/lib/postgresql/${version}/bin`),
    ...(process.env.PATH ?? '').split(':'),
  ];
  const found = folders.map((folder) => join(folder, 'pgbench')).find(existsSync);
  if (found === undefined) throw new Error('pgbench is not installed: apt-get install postgresql-15');
  return found;
}

/** Transactions per second of a script, prepared statements, two threads. */
export async function pgbench(url, { script, clients, seconds, folder }) {
  const file = join(folder, 'script.sql');
  writeFileSync(file, script);
  const args = ['-n', '-M', 'prepared', '-f', file, '-c', String(clients), '-j', '2', '-T', String(seconds), url];
  const child = spawn(findPgbench(), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  const [code] = await once(child, 'close');
  const match = /tps = ([\d.]+)/.exec(text);
  if (code !== 0 || match === null) throw new Error(`pgbench failed: ${text}`);
  return Math.round(Number(match[1]));
}
