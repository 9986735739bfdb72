// pgbench, from the Debian package postgresql-15 or newer, on the server under test.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

/** One row of about the size of an event. */
export const INSERT_ROW = `INSERT INTO bench_row (stream, version, data)
  VALUES ('bench', nextval('bench_version'), repeat('n', 380));`;

/** The table that {@link INSERT_ROW} writes to. */
export const MAKE_ROWS = `CREATE SEQUENCE IF NOT EXISTS bench_version CACHE 100;
  CREATE TABLE IF NOT EXISTS bench_row (position bigserial, stream text, version bigint, data text,
    PRIMARY KEY (stream, version))`;

/** Transactions per second of a script, prepared statements, two threads. */
export async function pgbench(url, options) {
  return (await pgbenchTimed(url, options)).perSecond;
}

/** The same with percentiles of how long a transaction took. */
export async function pgbenchTimed(url, { script, clients, seconds, folder }) {
  const file = join(folder, 'script.sql');
  writeFileSync(file, script);
  const prefix = join(folder, 'pgbench');
  const log = ['-l', `--log-prefix=${prefix}`];
  const args = ['-n', '-M', 'prepared', '-f', file, '-c', String(clients), '-j', '2', ...log, '-T', String(seconds), url];
  const child = spawn(findPgbench(), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  const [code] = await once(child, 'close');
  const match = /tps = ([\d.]+)/.exec(text);
  if (code !== 0 || match === null) throw new Error(`pgbench failed: ${text}`);
  return { perSecond: Math.round(Number(match[1])), ...latenciesOf(folder) };
}

/** Of the log: client, transaction, microseconds, … one line each. */
function latenciesOf(folder) {
  const logs = readdirSync(folder).filter((name) => /^pgbench\.\d+(\.\d+)?$/.test(name));
  const micros = logs.flatMap((name) => {
    const lines = readFileSync(join(folder, name), 'utf8').trim().split('\n');
    rmSync(join(folder, name));
    return lines.map((line) => Number(line.split(' ')[2]));
  });
  micros.sort((a, b) => a - b);
  const quantile = (q) => Math.round(micros[Math.floor(micros.length * q)] / 10) / 100;
  return { count: micros.length, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}
