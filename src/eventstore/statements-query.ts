import type { Connection, Pool, PoolClient, Submittable } from 'pg';
import { LOCK_TIMEOUT } from '../platform/database/transaction.js';

/** One statement and the values that it names `$1`, `$2`, …: as text, or in PostgreSQL's binary form. */
export interface Statement {
  /** Prepared once on each connection, as what the client itself prepares; left out: for this time only. */
  readonly name?: string;
  readonly text: string;
  readonly values: readonly (string | Buffer)[];
}

/**
 * Statements as one message exchange and one transaction: PostgreSQL runs what comes before a `Sync`
 * as one, and skips what follows one that fails
 * (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING). What they
 * answer is not looked at.
 */
export class StatementsQuery implements Submittable {
  readonly done: Promise<void>;
  private resolve: () => void = () => undefined;
  private reject: (error: Error) => void = () => undefined;
  private ended: () => void = () => undefined;

  constructor(private readonly statements: readonly Statement[]) {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  submit(given: Connection): void {
    const connection = given as unknown as ExtendedConnection;
    const parsed = this.notesParsed(connection);
    const asked = new Set<string>();
    connection.stream.cork();
    for (const { name = '', text, values } of this.statements) {
      const isKnown = name !== '' && (asked.has(name) || connection.parsedStatements[name] === text);
      if (!isKnown) {
        connection.parse({ name, text });
        parsed.push({ name, text });
        asked.add(name);
      }
      connection.bind({ statement: name, values });
      connection.execute({});
    }
    connection.sync();
    connection.stream.uncork();
  }

  /** Statements that are sent to be parsed, in their order: those the server has, it keeps, whatever fails after them. */
  private notesParsed(connection: ExtendedConnection): Required<Pick<Statement, 'name' | 'text'>>[] {
    const sent: Required<Pick<Statement, 'name' | 'text'>>[] = [];
    const note = (): void => {
      const one = sent.shift();
      if (one !== undefined && one.name !== '') connection.parsedStatements[one.name] = one.text;
    };
    connection.on('parseComplete', note);
    this.ended = () => connection.off('parseComplete', note);
    return sent;
  }

  /** Of a statement, or of the connection; the client asks for nothing more of us after it. */
  handleError(error: Error): void {
    this.ended();
    this.reject(error);
  }

  /** Every statement is done and the transaction they were is committed. */
  handleReadyForQuery(): void {
    this.ended();
    this.resolve();
  }

  handleDataRow(): void {
    // Not looked at.
  }

  handleCommandComplete(): void {
    // One for each statement; the end is `ReadyForQuery`.
  }

  handleEmptyQuery(): void {
    // Never: there is always a statement.
  }
}

/** First of statements that take locks: they are waited for as long as anywhere. */
export const BOUND: Statement = { name: 'bound-lock-timeout', text: `SELECT set_config('lock_timeout', '${LOCK_TIMEOUT}', true)`, values: [] };

/**
 * Runs statements as one transaction, in one message exchange: however busy this process is, it is open for as long only
 * as the database needs for it.
 */
export function exchange(pool: Pick<Pool, 'connect'>, statements: readonly Statement[]): Promise<void> {
  return withClient(pool, (client) => {
    const query = new StatementsQuery([BOUND, ...statements]);
    client.query(query);
    return query.done;
  });
}

/**
 * As one transaction, on a connection of the caller's.
 *
 * @returns false: it failed with this code of PostgreSQL, and nothing was done; the connection is as good as before
 */
export async function doneUnless(code: string, client: PoolClient, statements: readonly Statement[]): Promise<boolean> {
  const query = new StatementsQuery(statements);
  client.query(query);
  try {
    await query.done;
    return true;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === code) return false;
    throw error;
  }
}

/** A connection on which something failed is not used again. */
export async function withClient<T>(pool: Pick<Pool, 'connect'>, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    return await work(client);
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    throw failure;
  } finally {
    client.release(failure);
  }
}

/** What `pg` has for the extended protocol and its types leave out. */
interface ExtendedConnection {
  readonly stream: { cork(): void; uncork(): void };
  /** By name: what the server has parsed. */
  readonly parsedStatements: Record<string, string>;
  on(event: 'parseComplete', listener: () => void): void;
  off(event: 'parseComplete', listener: () => void): void;
  parse(query: { readonly name: string; readonly text: string }): void;
  bind(query: { readonly statement: string; readonly values: readonly (string | Buffer)[] }): void;
  execute(query: Record<string, never>): void;
  sync(): void;
}
