import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { giveWay } from './until.js';

const BANNER = /^\s*Headroom\s+(http\S+)/;
/** Lines of a process's own words that are kept to be shown when a test fails. */
const KEPT_LINES = 200;

/** How late answers of the database are, and what follows: `late-server.mjs`. */
const LATENESS = Object.fromEntries(
  ['FOLLOW_LATE_MS', 'ANSWER_LATE_MS'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  }),
);

/** Settings that processes on one database share. */
export interface SharedSettings {
  readonly databaseUrl: string;
  readonly secretKey: string;
}

export interface ServerOptions {
  /** By name, as in the environment; beside those that all tests need. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Another one than the product as it is. */
  readonly script?: string;
}

export const newSecretKey = (): string => randomBytes(32).toString('base64url');

/**
 * One server process of the built product with everything in it (`ROLE=all`), on a database that
 * others use too. It can be killed and started again, each time on another free port.
 */
export class ServerProcess {
  /** Where it listens; null while it does not. */
  url: string | null = null;
  readonly words: string[] = [];
  private child: ChildProcess | null = null;

  private constructor(
    private readonly shared: SharedSettings,
    private readonly folder: string,
    private readonly options: ServerOptions,
  ) {}

  static async start(shared: SharedSettings, options: ServerOptions = {}): Promise<ServerProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'headroom-server-'));
    const server = new ServerProcess(shared, folder, options);
    await server.start();
    return server;
  }

  /** Resolves once it takes requests. */
  async start(): Promise<void> {
    const { databaseUrl, secretKey } = this.shared;
    const settings = { DATABASE_URL: databaseUrl, SECRET_KEY: secretKey, ROLE: 'all', PORT: '0' };
    const own = { DATA_DIR: this.folder, HOST: '127.0.0.1', LOG_LEVEL: 'warn', DEMO_LOGIN: 'false' };
    const { script = 'test/support/server-process.mjs', settings: given } = this.options;
    const child = spawn(process.execPath, [script], {
      env: { PATH: process.env['PATH'], ...LATENESS, ...settings, ...own, ...given },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.child = child;
    child.stderr.on('data', (text: Buffer) => this.hear(text.toString()));
    const lines = createInterface({ input: child.stdout });
    const ended = once(child, 'exit').then(() => {
      throw new Error(`a server did not start:\n${this.words.join('\n')}`);
    });
    const listening = new Promise<string>((found) => {
      lines.on('line', (line) => {
        this.hear(line);
        const url = BANNER.exec(line)?.[1];
        if (url !== undefined) found(url);
      });
    });
    const url = await Promise.race([listening, ended]);
    ended.catch(() => undefined);
    this.url = url;
  }

  /** Whether it runs: it did not end by itself, nor was it killed. */
  get isRunning(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** SIGSTOP and SIGCONT: the process stands still, and does not know it when it goes on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child?.kill(signal);
  }

  /** A line on its standard input. */
  tell(line: string): void {
    this.child?.stdin?.write(`${line}\n`);
  }

  /** Until it has said something. */
  async until(words: RegExp): Promise<string> {
    for (;;) {
      const said = this.words.find((line) => words.test(line));
      if (said !== undefined) return said;
      if (!this.isRunning) throw new Error(`a server ended before it said ${words.source}`);
      await giveWay();
    }
  }

  /** `kill -9`, at whatever it does; resolves when it is gone. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child === null) return;
    this.url = null;
    this.child = null;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** Kills it and removes what it kept in its folder. */
  async end(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  private hear(text: string): void {
    this.words.push(text);
    if (this.words.length > KEPT_LINES) this.words.shift();
  }
}
