import { AsyncLocalStorage } from 'node:async_hooks';
import type { Server } from 'node:http';
import pg from 'pg';
import type { TestApp } from './app.js';

const NAME = 'x-test-request';

/** Who asks is known for a moment, and looked up when that is over; readers of the log keep their places by themselves. */
const BY_THE_WAY = /"(?:session|member|api_key)"\."|eventstore\.checkpoints/;

/**
 * What each request asks the database, statement by statement, without the values in them: what an answer takes
 * follows from it, on a machine of any speed.
 */
export class Statements {
  private readonly current = new AsyncLocalStorage<string[]>();
  private readonly byRequest = new Map<string, readonly string[]>();
  private count = 0;

  private constructor(readonly end: () => void) {}

  static of({ application }: TestApp): Statements {
    const own = pg.Client.prototype.query as (...given: unknown[]) => unknown;
    const statements = new Statements(() => {
      pg.Client.prototype.query = own as typeof pg.Client.prototype.query;
    });
    (application.getHttpServer() as Server).prependListener('request', ({ headers }) => statements.begin(headers[NAME]));
    pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]): unknown {
      statements.note(given[0]);
      return own.apply(this, given);
    } as typeof pg.Client.prototype.query;
    return statements;
  }

  /** A header for the next request. */
  next(): Readonly<Record<string, string>> {
    this.count += 1;
    return { [NAME]: String(this.count) };
  }

  /** By the latest request. */
  latest(): readonly string[] {
    return this.byRequest.get(String(this.count)) ?? [];
  }

  private begin(name: string | string[] | undefined): void {
    const asked: string[] = [];
    if (typeof name === 'string') this.byRequest.set(name, asked);
    this.current.enterWith(asked);
  }

  private note(query: unknown): void {
    const text = typeof query === 'string' ? query : (query as { readonly text?: string }).text;
    if (text !== undefined && !BY_THE_WAY.test(text)) this.current.getStore()?.push(text.replace(/\s+/g, ' ').trim());
  }
}
