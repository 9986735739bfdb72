import {
  createPostgresBackend,
  Queue,
  Worker,
  type ConnectionOptions,
  type Job,
} from 'bullmq';
import { Redis } from 'ioredis';
import type { Logger } from '../logging/logger.js';
import { QUEUES, type QueueName } from './job.js';
import { migrateQueues, openQueuePool, type QueuePool } from './queue-pool.js';

export interface JobData {
  readonly messageId: string;
  readonly payload: string;
}

/** `postgres` when no Redis is given: BullMQ then keeps its queues in the schema `bullmq`. */
export type QueueBackend =
  | { readonly kind: 'postgres'; readonly databaseUrl: string }
  | { readonly kind: 'redis'; readonly redisUrl: string };

export type OpenQueues = ReadonlyMap<QueueName, Queue<JobData>>;

/** At once in one process. What waits for machines of others does not compute meanwhile. */
const CONCURRENCY: Readonly<Record<QueueName, number>> = {
  ...{ allocation: 4, billing: 4, metering: 4, platform: 4 },
  notices: 16,
};
/** How long start-up waits for Redis. */
const REDIS_PATIENCE_MS = 2_000;
/** Braces keep one queue's keys on one slot of a Redis Cluster. */
const PREFIX = '{headroom}';

/** BullMQ's queues on whichever backend there is, opened when first needed. */
export class JobQueues {
  private opened: Promise<OpenQueues> | null = null;
  private closed: Promise<void> | null = null;
  private readonly queues = new Map<QueueName, Queue<JobData>>();
  private readonly connections: Redis[] = [];
  private readonly pool: QueuePool | null;
  private readonly stalls = new Map<QueueName, number>();

  constructor(
    private readonly backend: QueueBackend,
    private readonly logger: Logger,
    /** A worker that is silent for so long has lost its jobs to another one. */
    private readonly lockMs: number,
  ) {
    this.pool = backend.kind === 'postgres' ? openQueuePool(backend.databaseUrl) : null;
  }

  open(): Promise<OpenQueues> {
    this.opened ??= this.openAll();
    return this.opened;
  }

  openWorker(name: QueueName, process: (job: Job<JobData>) => Promise<void>): Worker<JobData> {
    const patience = { lockDuration: this.lockMs, stalledInterval: this.lockMs };
    const options = { concurrency: CONCURRENCY[name], ...patience };
    if (this.pool === null) {
      const connection = this.connect({ maxRetriesPerRequest: null });
      return new Worker(name, process, { connection, prefix: PREFIX, ...options });
    }
    return new Worker(name, process, { connection: this.pool, ...options }, createPostgresBackend) as unknown as Worker<JobData>;
  }

  /** Something went wrong beside any job. That Redis is away is told once, by whoever hands over. */
  tell(queue: QueueName, error: Error): void {
    const isAway = 'code' in error && typeof error.code === 'string' && error.code.startsWith('ECONN');
    this.logger[isAway ? 'debug' : 'warn']({ queue, err: error }, 'queue error');
  }

  /** A worker went silent, of this process or another; this one found it out. */
  noteStall(queue: QueueName, jobId: string): void {
    this.logger.warn({ queue, jobId }, 'a worker went silent; its job is run again');
    this.stalls.set(queue, this.stallsOf(queue) + 1);
  }

  /** How often that was since this process began. */
  stallsOf(queue: QueueName): number {
    return this.stalls.get(queue) ?? 0;
  }

  /** After the workers. */
  close(): Promise<void> {
    this.closed ??= this.closeAll();
    return this.closed;
  }

  private async closeAll(): Promise<void> {
    await this.opened?.catch(() => undefined);
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
    for (const connection of this.connections) connection.disconnect();
    await this.pool?.end();
  }

  private async openAll(): Promise<OpenQueues> {
    if (this.pool !== null) await migrateQueues(this.pool);
    for (const name of QUEUES) {
      const queue = this.openQueue(name);
      queue.on('error', (error) => this.tell(name, error));
      this.queues.set(name, queue);
    }
    await Promise.all([...this.queues.values()].map((queue) => this.untilReady(queue)));
    return this.queues;
  }

  /** A Redis that is down does not keep the product from starting: jobs wait in the outbox. */
  private async untilReady(queue: Queue<JobData>): Promise<void> {
    const ready = queue.waitUntilReady().then(() => undefined);
    if (this.pool !== null) return ready;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((done) => {
      timer = setTimeout(done, REDIS_PATIENCE_MS);
    });
    await Promise.race([ready.catch(() => undefined), patience]);
    clearTimeout(timer);
  }

  private openQueue(name: QueueName): Queue<JobData> {
    if (this.pool === null) {
      // A producer fails fast: the outbox keeps the job until the queue is back.
      const connection = this.connect({ maxRetriesPerRequest: 1, enableOfflineQueue: false });
      return new Queue<JobData>(name, { connection, prefix: PREFIX });
    }
    return new Queue(name, { connection: this.pool }, createPostgresBackend) as unknown as Queue<JobData>;
  }

  private connect(options: {
    readonly maxRetriesPerRequest: number | null;
    readonly enableOfflineQueue?: boolean;
  }): ConnectionOptions {
    const url = this.backend.kind === 'redis' ? this.backend.redisUrl : '';
    const connection = new Redis(url, { ...options, lazyConnect: false });
    connection.on('error', () => undefined);
    this.connections.push(connection);
    return connection as unknown as ConnectionOptions;
  }
}
