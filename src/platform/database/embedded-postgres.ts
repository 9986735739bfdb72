import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, chown, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { copyBinaries, findBinaries } from './binaries.js';
import { DATABASE_USER, doorOf, tcpDoor, urlOf, type DatabaseDoor } from './database-door.js';
import { claimFolder } from './folder-claim.js';
import { hasNumber, isAlive, ownName, type ProcessName } from './process-name.js';
import { canReach, serverAccount, type ServerAccount } from './server-account.js';

const DATABASE = 'headroom';
/** Where root's database and programs go when the account cannot reach the data folder. */
const SYSTEM_FOLDER = '/var/lib/headroom';
const START_DEADLINE_MS = 30_000;
const STOP_DEADLINE_MS = 20_000;
const RESTARTS_MAX = 5;
const POLL_MS = 50;

const SERVER_SETTINGS = {
  max_connections: '120',
  shared_buffers: '128MB',
  max_wal_size: '2GB',
  log_min_messages: 'warning',
  // Read models and jobs are small: plans need no compilation.
  jit: 'off',
} as const;

export interface EmbeddedPostgres {
  readonly url: string;
  readonly folder: string;
  readonly version: string;
  stop(): Promise<void>;
}

interface Installation {
  readonly account: ServerAccount | null;
  readonly bin: string;
  readonly version: string;
  readonly folder: string;
  readonly password: string;
}

/** What other commands on the same data folder need in order to join a running server. */
export interface RunningDatabase extends ProcessName {
  readonly url: string;
}

const RUNNING_FILE = 'database.json';

/**
 * Starts a real PostgreSQL on the data folder, making the database first where there is none.
 *
 * The server is a process group of its own, so a Ctrl-C reaches only us and we stop it in order.
 * Should this process die without a word, a watcher that waits on a pipe stops the server.
 *
 * @param options.isOverTcp for what is compared with servers of somebody's own, which are reached that way
 * @throws FolderInUseError when another process has the folder
 * @throws Error with what to do when the server cannot be made or started
 */
export async function startEmbeddedPostgres(
  dataFolder: string,
  { isOverTcp = false }: { readonly isOverTcp?: boolean } = {},
): Promise<EmbeddedPostgres> {
  await mkdir(dataFolder, { recursive: true });
  const giveBack = await claimFolder(resolve(dataFolder));
  try {
    const database = await startIn(dataFolder, isOverTcp);
    return { ...database, stop: () => database.stop().finally(giveBack) };
  } catch (error) {
    await giveBack();
    throw error;
  }
}

async function startIn(dataFolder: string, isOverTcp: boolean): Promise<EmbeddedPostgres> {
  const installation = await install(resolve(dataFolder));
  await initialise(installation);
  await waitUntilFree(installation.folder);
  const door = isOverTcp ? await tcpDoor() : await doorOf(installation.folder);
  const server = new ServerProcess(installation, door);
  await server.start();
  const url = urlOf(door, installation.password, DATABASE);
  await ensureDatabase(urlOf(door, installation.password, 'postgres'));
  const running = join(dataFolder, RUNNING_FILE);
  await writeFile(running, JSON.stringify({ url, ...(await ownName()) }), { mode: 0o600 });
  const stop = async (): Promise<void> => {
    await rm(running, { force: true });
    await server.stop();
  };
  return { url, folder: installation.folder, version: installation.version, stop };
}

/** The database another process of ours runs on this data folder, if one does. */
export async function findRunningDatabase(dataFolder: string): Promise<RunningDatabase | null> {
  const text = await readFile(join(dataFolder, RUNNING_FILE), 'utf8').catch(() => null);
  if (text === null) return null;
  // Releases before did not write down when the process began.
  const { url, pid, beganAt = null } = JSON.parse(text) as Omit<RunningDatabase, 'beganAt'> & Partial<RunningDatabase>;
  const running = { url, pid, beganAt };
  return (await isAlive(running)) ? running : null;
}

async function install(dataFolder: string): Promise<Installation> {
  const account = await serverAccount();
  const found = await findBinaries();
  const shared = join(SYSTEM_FOLDER, createHash('sha256').update(dataFolder).digest('hex').slice(0, 12));
  const isReachable = await canReach(account, join(dataFolder, 'postgres'));
  const folder = join(isReachable ? dataFolder : shared, 'postgres');
  const hasPrograms = await canReach(account, join(found.root, 'bin', 'postgres'));
  const { root, version } = hasPrograms ? found : await copyBinaries(found, SYSTEM_FOLDER);
  const password = await passwordIn(dataFolder);
  return { account, bin: join(root, 'bin'), version, folder, password };
}

/** Kept beside the data, readable by its owner only, never printed. */
async function passwordIn(dataFolder: string): Promise<string> {
  const path = join(dataFolder, 'database-password');
  const kept = await readFile(path, 'utf8').catch(() => '');
  if (kept !== '') return kept;
  const password = randomBytes(24).toString('base64url');
  await writeFile(path, password, { mode: 0o600 });
  return password;
}

/** Made in a draft folder and renamed when whole, so that a killed first start leaves no half. */
async function initialise({ account, bin, folder, password }: Installation): Promise<void> {
  const isMade = await access(join(folder, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
  if (isMade) return;
  const draft = `${folder}.draft`;
  const passwordFile = `${folder}.password`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true, mode: 0o755 });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account !== null) {
    await chown(draft, account.uid, account.gid);
    await chown(passwordFile, account.uid, account.gid);
  }
  const options = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions'];
  const files = [`--pgdata=${draft}`, `--pwfile=${passwordFile}`, `--username=${DATABASE_USER}`];
  const child = spawn(join(bin, 'initdb'), [...options, ...files], {
    ...account,
    cwd: dirname(folder),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [code] = (await once(child, 'close')) as [number | null];
  await rm(passwordFile, { force: true });
  if (code !== 0) throw new Error(`initdb could not make a database in ${draft}: ${errors.trim()}`);
  await rename(draft, folder);
}

/** A server that a dying process of ours is still stopping gets the time to finish. */
async function waitUntilFree(folder: string): Promise<void> {
  const deadline = Date.now() + STOP_DEADLINE_MS;
  for (;;) {
    const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
    const pid = Number(text.split('\n')[0] ?? '');
    if (text === '' || !Number.isInteger(pid) || pid <= 0 || !(await isPostgres(pid))) return;
    if (Date.now() > deadline) {
      throw new Error(`another PostgreSQL (process ${pid}) is using ${folder}; stop it first`);
    }
    await pause(POLL_MS);
  }
}

class ServerProcess {
  private child: ChildProcess | null = null;
  private watcher: ChildProcess | null = null;
  private isStopping = false;
  private restarts = 0;

  constructor(
    private readonly installation: Installation,
    private readonly door: DatabaseDoor,
  ) {}

  async start(): Promise<void> {
    const { account, bin, folder } = this.installation;
    const settings = Object.entries({ ...SERVER_SETTINGS, ...this.door.settings }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
    const log = await open(`${folder}.log`, 'a', 0o600);
    const child = spawn(join(bin, 'postgres'), ['-D', folder, '-p', String(this.door.port), ...settings], {
      ...account,
      cwd: dirname(folder),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    this.child = child;
    child.once('exit', () => void this.onExit());
    await once(child, 'spawn').finally(() => log.close());
    this.watcher = watch(child.pid as number);
    await this.waitUntilReady(child);
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    const { child } = this;
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      // Fast shutdown: open transactions are rolled back, everything committed is kept.
      child.kill('SIGINT');
      const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_DEADLINE_MS);
      await exited;
      clearTimeout(timer);
    }
    this.watcher?.stdin?.end('done\n');
  }

  /** A server killed from outside is started again behind the same door: nothing committed is lost. */
  private async onExit(): Promise<void> {
    this.watcher?.stdin?.end('done\n');
    if (this.isStopping || this.restarts >= RESTARTS_MAX) return;
    this.restarts += 1;
    // Its backends may still hold the shared memory of the killed server for a moment.
    for (let attempt = 0; attempt < RESTARTS_MAX && !this.isStopping; attempt += 1) {
      await pause(POLL_MS * 2 ** attempt);
      const isUp = await this.start().then(
        () => true,
        () => false,
      );
      if (isUp) return;
    }
  }

  private async waitUntilReady(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + START_DEADLINE_MS;
    const url = urlOf(this.door, this.installation.password, 'postgres');
    let lastError: unknown;
    while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
      const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.end();
        return;
      } catch (error) {
        lastError = error;
        await pause(POLL_MS);
      }
    }
    const reason = lastError instanceof Error ? lastError.message : 'it ended at once';
    throw new Error(`PostgreSQL did not start (${reason}); see ${this.installation.folder}.log`);
  }
}

/** Ends the server when the pipe to us closes without the word `done`: we are gone. */
function watch(pid: number): ChildProcess | null {
  if (process.platform === 'win32') return null;
  const script = 'read -r word; [ "$word" = done ] || kill -INT "$0"';
  const watcher = spawn('/bin/sh', ['-c', script, String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  return watcher;
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** A process id from an old file may by now be anybody's. */
async function isPostgres(pid: number): Promise<boolean> {
  if (!hasNumber(pid)) return false;
  if (process.platform !== 'linux') return true;
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  return name.startsWith('postgres');
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
