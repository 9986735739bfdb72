import type { Pool, PoolClient } from 'pg';
import { LogTail } from './log-tail.js';
import { PAGE, stepSubscription, type ReaderPlace, type Subscription } from './subscription.js';

const POLL_MS = 250;
/** Who keeps up rests in between: what comes meanwhile is handled, and committed, together. */
const REST_MS_MAX = 50;
const RESTS_PER_STEP = 3;
const BACKOFF_MS_MAX = 10_000;
/** Events of a step, for who is behind: most of what a step takes, it takes however many they are. */
const PAGE_MAX = 2_000;
/** Whoever has nothing to do keeps that this often, and when the log ends: not with every page. */
const PUT_OFF_MS_MAX = 1_000;
/** Who has nothing to read asks this often whether somebody moved its checkpoint, and not with every look. */
const ASK_AGAIN_MS = 1_000;
/** A reader that has not begun is behind as well: whoever looks for that looks here. */
const ENSURE = 'INSERT INTO eventstore.checkpoints (subscription) SELECT unnest($1::text[]) ON CONFLICT (subscription) DO NOTHING';
/** The first number keeps these locks apart from any other use of advisory locks. */
const TRY_LEAD = 'SELECT pg_try_advisory_lock(7230115, hashtext($1)) AS leads';
/** PostgreSQL ends the session, and with it the locks, of a process that is frozen or cut off. */
const END_WHEN_SILENT = `SELECT set_config('idle_session_timeout', $1, false)`;
const SIGNS_OF_LIFE_PER_SILENCE = 3;

export interface RunnerHooks {
  readonly warn: (message: string, details: Record<string, unknown>) => void;
  /** A subscription has handled more of the log, and that is committed. */
  readonly advanced?: (subscription: string) => void;
}

/**
 * Runs subscriptions until stopped: woken by commits of this process, polling for those of others.
 * An advisory lock for each name keeps two processes from doing the same work twice; correctness
 * does not rest on it but on the checkpoint's compare-and-set.
 */
export class SubscriptionRunner {
  private readonly loops: Promise<void>[] = [];
  private names: readonly string[] = [];
  private readonly sleepers = new Set<() => void>();
  /** Of them, those who have read everything: they look again when others may have written, too. */
  private readonly idle = new Set<() => void>();
  /** When it was last said that there may be more, as the log's tail counts. */
  private lookedAt: number;
  private polling: NodeJS.Timeout | null = null;
  private leader: Promise<PoolClient> | null = null;
  private asking: Promise<unknown> = Promise.resolve();
  private readonly led = new Set<string>();
  private isStopping = false;
  private signs: NodeJS.Timeout | null = null;
  private readonly log: LogTail;
  private readonly places = new Map<string, ReaderPlace | null>();
  private readonly movedAt = new Map<string, number>();
  private readonly askedAt = new Map<string, number>();

  constructor(
    private readonly pool: Pool,
    private readonly hooks: RunnerHooks,
    /** Whoever is silent for so long leads nothing any more, by the database's clock. */
    private readonly silenceMs = 30_000,
  ) {
    this.log = LogTail.of(pool);
    this.lookedAt = this.log.now();
  }

  start(subscriptions: readonly Subscription[]): void {
    this.names = subscriptions.map(({ name }) => name);
    for (const subscription of subscriptions) this.loops.push(this.run(subscription));
    this.polling = setInterval(() => this.look(this.idle), POLL_MS);
    this.signs = setInterval(() => this.giveSign(), this.silenceMs / SIGNS_OF_LIFE_PER_SILENCE);
  }

  /** New events are there. */
  wake(): void {
    this.look(this.sleepers);
  }

  /** What is committed by now is seen by all that read from now on: the first of them asks for it. */
  private look(sleepers: ReadonlySet<() => void>): void {
    this.lookedAt = this.log.now();
    for (const sleeper of [...sleepers]) sleeper();
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    this.wake();
    for (const timer of [this.polling, this.signs]) if (timer !== null) clearInterval(timer);
    await Promise.all(this.loops);
    const leader = await this.leader?.catch(() => null);
    leader?.release(true);
    this.leader = null;
  }

  private async run(subscription: Subscription): Promise<void> {
    let failures = 0;
    let limit = PAGE;
    while (!this.isStopping) {
      try {
        const began = performance.now();
        const events = await this.stepIfLeading(subscription, limit);
        failures = 0;
        const isBehind = events === limit;
        limit = isBehind ? Math.min(PAGE_MAX, limit * 2) : PAGE;
        if (events === 0) await this.sleep();
        else if (!isBehind) await this.rest(performance.now() - began);
      } catch (error) {
        failures += 1;
        limit = PAGE;
        this.hooks.warn('subscription step failed; it will be tried again', {
          subscription: subscription.name,
          failures,
          error: error instanceof Error ? error.message : String(error),
        });
        await this.sleep(Math.min(BACKOFF_MS_MAX, POLL_MS * 2 ** failures));
      }
    }
  }

  /** How many events it handled. */
  private async stepIfLeading(subscription: Subscription, limit: number): Promise<number> {
    const { name } = subscription;
    if (!(await this.leads(name))) return 0;
    const now = performance.now();
    const known = this.takePlace(name, now);
    const mayPutOff = now - (this.movedAt.get(name) ?? 0) < PUT_OFF_MS_MAX;
    const log: Pick<LogTail, 'read'> = { read: (after, limit) => this.log.read(after, limit, this.lookedAt) };
    const options = { place: known, log, limit, mayPutOff };
    const { events, place, hasMoved } = await stepSubscription(this.pool, subscription, options);
    this.places.set(name, events > 0 || this.askedLately(name, now) ? place : null);
    if (!hasMoved) return events;
    this.movedAt.set(name, performance.now());
    this.hooks.advanced?.(name);
    return events;
  }

  /** Where a reader was left; null, and it will be asked for, when that is not known. A step that fails leaves nothing. */
  private takePlace(name: string, now: number): ReaderPlace | null {
    const known = this.places.get(name) ?? null;
    this.places.delete(name);
    if (known === null) this.askedAt.set(name, now);
    return known;
  }

  private askedLately(name: string, now: number): boolean {
    return now - (this.askedAt.get(name) ?? 0) < ASK_AGAIN_MS;
  }

  /** In proportion to the step: short while there is little to do, long enough to gather under load. */
  private rest(stepMs: number): Promise<void> {
    const ms = Math.min(REST_MS_MAX, stepMs * RESTS_PER_STEP);
    if (this.isStopping) return Promise.resolve();
    return new Promise((done) => setTimeout(done, ms));
  }

  private async leads(name: string): Promise<boolean> {
    const leader = await (this.leader ??= this.connectLeader());
    if (this.led.has(name)) return true;
    const { rows } = await this.ask(() => leader.query<{ leads: boolean }>(TRY_LEAD, [name]));
    const leads = rows[0]?.leads === true;
    if (leads) this.led.add(name);
    return leads;
  }

  /** One question at a time: the connection is shared by all loops. */
  private ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    const asked = this.asking.then(question);
    this.asking = asked.catch(() => undefined);
    return asked;
  }

  private giveSign(): void {
    // A connection that is lost is made again by whoever wants to lead.
    void this.leader
      ?.then((leader) => this.ask(() => leader.query('SELECT 1')))
      .catch(() => undefined);
  }

  /** The locks live as long as this connection. */
  private async connectLeader(): Promise<PoolClient> {
    const forget = (): void => {
      this.leader = null;
      this.led.clear();
      this.places.clear();
    };
    try {
      const client = await this.pool.connect();
      client.once('error', () => {
        forget();
        client.release(true);
      });
      await client.query(END_WHEN_SILENT, [`${this.silenceMs}`]);
      await client.query(ENSURE, [this.names]);
      return client;
    } catch (error) {
      forget();
      throw error;
    }
  }

  /** Until somebody wakes it, or for so long at most. */
  private sleep(ms?: number): Promise<void> {
    if (this.isStopping) return Promise.resolve();
    return new Promise((done) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.sleepers.delete(finish);
        this.idle.delete(finish);
        done();
      };
      const timer = ms === undefined ? undefined : setTimeout(finish, ms);
      if (ms === undefined) this.idle.add(finish);
      this.sleepers.add(finish);
    });
  }
}
