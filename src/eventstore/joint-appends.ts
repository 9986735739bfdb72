import type { Pool, PoolClient } from 'pg';
import { AppendQuery, isOfStatement, outcomeOf } from './append-query.js';
import type { AppendOutcome, AppendRequest } from './event-store.js';

/** An append, and who waits for it. */
interface Waiting {
  readonly request: AppendRequest;
  readonly resolve: (outcome: AppendOutcome) => void;
  readonly reject: (error: Error) => void;
}

/** Appends that are one message exchange, and one commit. */
interface Exchange {
  readonly appends: readonly Waiting[];
  /** What was wrong; null when it is committed. */
  readonly ended: Promise<Error | null>;
}

/** Appends of one commit at most. */
const TOGETHER_MAX = 64;
/** Exchanges under way at once: the server works on one while the next one comes. */
const EXCHANGES_MAX = 2;

/**
 * Appends to many streams on one connection: what is asked for while the server works is one exchange and one commit.
 * Of one stream they commit in the order given.
 *
 * An exchange that fails wrote nothing, and says nothing of which append it failed for: each of its appends is then
 * made alone. When the connection breaks all of them are lost, and what became of them is unknown.
 */
export class JointAppends {
  private waiting: Waiting[] = [];
  private running: Promise<void> | null = null;
  private enough = Infinity;
  private tell: () => void = () => undefined;

  constructor(private readonly pool: Pick<Pool, 'connect'>) {}

  append(request: AppendRequest): Promise<AppendOutcome> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ request, resolve, reject });
      if (this.waiting.length >= this.enough) this.tell();
      this.running ??= this.run();
    });
  }

  private async run(): Promise<void> {
    // Every append of this turn joins the first exchange.
    await Promise.resolve();
    while (this.waiting.length > 0) await this.serve();
    this.running = null;
  }

  /** On one connection, until nothing waits or it breaks. */
  private async serve(): Promise<void> {
    let client: PoolClient;
    try {
      client = await this.pool.connect();
    } catch (error) {
      for (const { reject } of this.waiting.splice(0)) reject(errorOf(error));
      return;
    }
    client.release((await this.exchange(client)) ?? undefined);
  }

  /** What broke the connection, if anything did. */
  private async exchange(client: PoolClient): Promise<Error | null> {
    const flights: Exchange[] = [];
    for (;;) {
      while (this.waiting.length >= enoughBehind(flights)) flights.push(this.send(client, flights.length > 0));
      const [oldest] = flights;
      if (oldest === undefined) return null;
      const ended = await Promise.race([oldest.ended, this.gathered(enoughBehind(flights))]);
      if (ended === 'gathered') continue;
      const broken = await settleEach(client, flights.splice(0, ended === null ? 1 : flights.length));
      if (broken !== null) return broken;
    }
  }

  private send(client: PoolClient, isBehind: boolean): Exchange {
    const appends = this.waiting.splice(0, TOGETHER_MAX);
    // Rows of streams are locked in one order, whoever asks first: two processes never wait for each other.
    const requests = appends.map(({ request }) => request).sort((one, other) => compare(one.stream, other.stream));
    const query = new AppendQuery(requests);
    if (isBehind) query.sendAhead(client.connection);
    client.query(query);
    return { appends, ended: query.done.then(() => null, errorOf) };
  }

  private gathered(enough: number): Promise<'gathered'> {
    return new Promise((resolve) => {
      this.enough = enough;
      this.tell = () => {
        this.enough = Infinity;
        resolve('gathered');
      };
    });
  }
}

/** A commit costs the same for few appends as for many: one goes behind another when it is as large. */
function enoughBehind(flights: readonly Exchange[]): number {
  const last = flights.at(-1);
  if (last === undefined) return 1;
  return flights.length < EXCHANGES_MAX ? last.appends.length : Infinity;
}

const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

const errorOf = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Waits for all that is under way, since what is behind may expect what failed; answers with what broke the connection. */
async function settleEach(client: PoolClient, flights: readonly Exchange[]): Promise<Error | null> {
  const ends = await Promise.all(flights.map(({ ended }) => ended));
  let broken: Error | null = null;
  for (const [index, { appends }] of flights.entries()) {
    const error = ends[index] ?? null;
    const isClear = saysAll(error, appends.length);
    for (const one of appends) broken = settle(one, isClear ? error : (broken ?? (await alone(client, one)))) ?? broken;
  }
  return broken;
}

/** Whether what became of an exchange is what became of each append in it. */
const saysAll = (error: Error | null, appends: number): boolean => error === null || appends === 1 || !isOfStatement(error);

function alone(client: PoolClient, { request }: Waiting): Promise<Error | null> {
  const query = new AppendQuery([request]);
  client.query(query);
  return query.done.then(() => null, errorOf);
}

/** Tells who waits; answers with the error when it is the connection's. */
function settle({ resolve, reject }: Waiting, error: Error | null): Error | null {
  const outcome = error === null ? 'appended' : outcomeOf(error);
  if (outcome !== null) resolve(outcome);
  else reject(error ?? new Error('unreachable'));
  return error === null || isOfStatement(error) ? null : error;
}
