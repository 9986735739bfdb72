import type { Pool, PoolClient } from 'pg';
import { AppendQuery, isOfPatience, isRefused, outcomeOf } from './append-query.js';
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
/** How long all wait for a row that one of them needs. Whoever holds it has it for a commit, or is frozen. */
const PATIENCE_MS = 250;

/**
 * Appends to many streams on one connection: what is asked for while the server works is one exchange and one commit.
 * Of one stream they commit in the order given.
 *
 * An exchange that fails wrote nothing. Where it may be another append that it failed for, or a row that it waited
 * too long for, its appends are made alone, each stream's on a connection of its own. When the connection breaks all
 * of them are lost, and what became of them is unknown.
 */
export class JointAppends {
  private waiting: Waiting[] = [];
  private running: Promise<void> | null = null;
  private enough = Infinity;
  private tell: () => void = () => undefined;

  constructor(
    private readonly pool: Pick<Pool, 'connect'>,
    private readonly alone: (request: AppendRequest) => Promise<AppendOutcome>,
  ) {}

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
      const broken = await this.settleEach(flights.splice(0, ended === null ? 1 : flights.length));
      if (broken !== null) return broken;
    }
  }

  private send(client: PoolClient, isBehind: boolean): Exchange {
    const appends = this.waiting.splice(0, TOGETHER_MAX);
    // Rows of streams are locked in one order, whoever asks first: two processes never wait for each other.
    const requests = appends.map(({ request }) => request).sort((one, other) => compare(one.stream, other.stream));
    return { appends, ended: ask(client, requests, isBehind).then(() => null, errorOf) };
  }

  /** Waits for all that is under way, since what is behind may expect what failed; answers with what broke the connection. */
  private async settleEach(flights: readonly Exchange[]): Promise<Error | null> {
    const ends = await Promise.all(flights.map(({ ended }) => ended));
    const unclear: Waiting[] = [];
    flights.forEach(({ appends }, index) => {
      const error = ends[index] ?? null;
      if (saysAll(error, appends.length)) for (const one of appends) settle(one, error);
      else unclear.push(...appends);
    });
    // Not waited for: what holds one of them up holds up no other stream.
    for (const appends of groupByStream(unclear)) void this.makeAlone(appends);
    return ends.find((error) => error !== null && !isRefused(error)) ?? null;
  }

  private async makeAlone(appends: readonly Waiting[]): Promise<void> {
    for (const { request, resolve, reject } of appends) await this.alone(request).then(resolve, reject);
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

/** One that throws, and asks nothing, is one that failed. */
async function ask(client: PoolClient, requests: readonly AppendRequest[], isBehind: boolean): Promise<void> {
  const query = new AppendQuery(requests, PATIENCE_MS);
  if (isBehind) query.sendAhead(client.connection);
  client.query(query);
  await query.done;
}

/** A commit costs the same for few appends as for many: one goes behind another when it is as large. */
function enoughBehind(flights: readonly Exchange[]): number {
  const last = flights.at(-1);
  if (last === undefined) return 1;
  return flights.length < EXCHANGES_MAX ? last.appends.length : Infinity;
}

const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

const errorOf = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Whether what became of an exchange is what became of each append in it. */
const saysAll = (error: Error | null, appends: number): boolean =>
  error === null || !isRefused(error) || (appends === 1 && !isOfPatience(error));

function settle({ resolve, reject }: Waiting, error: Error | null): void {
  const outcome = error === null ? 'appended' : outcomeOf(error);
  if (outcome !== null) resolve(outcome);
  else reject(error as Error);
}

/** Each in the order asked. */
function groupByStream(appends: readonly Waiting[]): Iterable<readonly Waiting[]> {
  const groups = new Map<string, Waiting[]>();
  for (const one of appends) {
    const { stream } = one.request;
    groups.set(stream, [...(groups.get(stream) ?? []), one]);
  }
  return groups.values();
}
