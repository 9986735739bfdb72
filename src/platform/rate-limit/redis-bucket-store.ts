import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import type { Logger } from '../logging/logger.js';
import {
  BUCKET_STORE_LIMITS,
  BucketStore,
  type Beat,
  type Claim,
  type Membership,
  type Settlement,
  type Taking,
} from './bucket-store.js';
import { BEAT, LEAVE, SETTLE, TAKE } from './bucket-scripts.js';

/** Whoever asks does not wait for a Redis that is away. */
const COMMAND_MS = 250;
const DISCONNECT_MS = 100;
const PREFIX = 'headroom:buckets';
const { aliveMs, leaseMs, waitingMs, idleMs } = BUCKET_STORE_LIMITS;

/** What ioredis makes of the scripts: sent by their hash, and whole when Redis does not have them. */
interface Scripts {
  bucketBeat(...values: readonly (string | number)[]): Promise<[memory: string, alive: number]>;
  bucketTake(...values: readonly (string | number)[]): Promise<TakeReply | null>;
  bucketSettle(...values: readonly (string | number)[]): Promise<unknown>;
  bucketLeave(...values: readonly (string | number)[]): Promise<unknown>;
}
type TakeReply = [kind: Taking['kind'], level: string, used: string, alive: number, memory: string, now: string];

/** How tests set it up. */
export interface RedisBucketOptions {
  /** What its keys begin with. */
  readonly prefix?: string;
  /** Milliseconds of Unix time; Redis's own when absent, so that all processes have one clock. */
  readonly now?: () => number;
  /** How long an answer may take, in milliseconds. */
  readonly commandMs?: number;
}

/** On Redis: every step is one script, so that nobody comes between. */
export class RedisBucketStore extends BucketStore {
  private readonly redis: Redis & Scripts;

  constructor(
    redisUrl: string,
    logger: Logger,
    private readonly options: RedisBucketOptions = {},
  ) {
    super();
    const redis = new Redis(redisUrl, {
      ...{ lazyConnect: true, disconnectTimeout: DISCONNECT_MS },
      commandTimeout: options.commandMs ?? COMMAND_MS,
      // What was not answered must not be done later: its asker has gone on without it.
      ...{ maxRetriesPerRequest: 0, enableOfflineQueue: false, autoResendUnfulfilledCommands: false },
      retryStrategy: (times) => Math.min(times * 100, 1_000),
    });
    redis.on('error', (error) => logger.debug({ err: error }, 'shared buckets lost Redis'));
    redis.defineCommand('bucketBeat', { numberOfKeys: 1, lua: BEAT });
    redis.defineCommand('bucketTake', { numberOfKeys: 4, lua: TAKE });
    redis.defineCommand('bucketSettle', { numberOfKeys: 3, lua: SETTLE });
    redis.defineCommand('bucketLeave', { numberOfKeys: 1, lua: LEAVE });
    this.redis = redis as Redis & Scripts;
  }

  async isThere(): Promise<boolean> {
    try {
      if (this.redis.status === 'wait') await this.redis.connect();
      return (await this.redis.ping()) === 'PONG';
    } catch {
      return false;
    }
  }

  async beat({ process, processes, memory, isReturning }: Beat): Promise<Membership> {
    const hasServed = memory !== null || isReturning;
    const flags = [isReturning ? 1 : 0, hasServed ? 1 : 0];
    const [kept, alive] = await this.redis.bucketBeat(
      ...[this.members, process, processes, memory ?? '', ...flags, randomUUID(), aliveMs, leaseMs, this.now],
    );
    return { memory: kept, alive: Number(alive) };
  }

  async take(claim: Claim): Promise<Taking | null> {
    const { process, processes, bucket, ticket, amount, kept, rate, capacity, period, turn } = claim;
    const reply = await this.redis.bucketTake(
      ...[this.members, ...this.keysOf(bucket), process, processes, ticket, amount, kept, rate, capacity],
      ...[period.name, period.elapsedMs, period.leftMs, period.entitled, period.used],
      ...[turn.rank, turn.key, turn.isWaiting ? 1 : 0, turn.hasMore ? 1 : 0],
      ...[aliveMs, leaseMs, waitingMs, idleMs, this.now],
    );
    if (reply === null) return null;
    const [kind, level, used, alive, memory, now] = reply;
    const numbers = { level: Number(level), used: Number(used), alive: Number(alive), now: Number(now) };
    return { kind, memory, ...numbers };
  }

  async settle({ bucket, ticket, memory, period, used }: Settlement): Promise<void> {
    const [level, leases] = this.keysOf(bucket);
    await this.redis.bucketSettle(...[this.members, level, leases, ticket, memory, period, used]);
  }

  async leave(process: string): Promise<void> {
    await this.redis.bucketLeave(this.members, process);
  }

  close(): void {
    this.redis.disconnect();
  }

  /** Empty is Redis's own. */
  private get now(): number | '' {
    return this.options.now?.() ?? '';
  }

  private get prefix(): string {
    return this.options.prefix ?? PREFIX;
  }

  private get members(): string {
    return `${this.prefix}:members`;
  }

  private keysOf(bucket: string): [level: string, leases: string, waiting: string] {
    const key = `${this.prefix}:${bucket}`;
    return [key, `${key}:leases`, `${key}:waiting`];
  }
}
