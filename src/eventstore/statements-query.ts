import type { Connection, Submittable } from 'pg';

/** One statement and the values that it names `$1`, `$2`, …, as text. */
export interface Statement {
  readonly text: string;
  readonly values: readonly string[];
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

  constructor(private readonly statements: readonly Statement[]) {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  submit(given: Connection): void {
    const connection = given as unknown as ExtendedConnection;
    connection.stream.cork();
    for (const { text, values } of this.statements) {
      connection.parse({ text });
      connection.bind({ values });
      connection.execute({});
    }
    connection.sync();
    connection.stream.uncork();
  }

  /** Of a statement, or of the connection; the client asks for nothing more of us after it. */
  handleError(error: Error): void {
    this.reject(error);
  }

  /** Every statement is done and the transaction they were is committed. */
  handleReadyForQuery(): void {
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

/** What `pg` has for the extended protocol and its types leave out. */
interface ExtendedConnection {
  readonly stream: { cork(): void; uncork(): void };
  parse(query: { readonly text: string }): void;
  bind(query: { readonly values: readonly string[] }): void;
  execute(query: Record<string, never>): void;
  sync(): void;
}
