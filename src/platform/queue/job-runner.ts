import {
  createPostgresBackend,
  Queue,
  Worker,
  type ConnectionOptions,
  type Job,
} from 'bullmq';
import { Redis } from 'ioredis';
import { present } from '../../kernel/assert.js';
import type { Logger } from '../logging/logger.js';
import { QUEUES, type QueueName } from './job.js';
import type { JobRegistry } from './job-registry.js';

/** Where due jobs come from and where it is noted that they are done. */
export interface JobSource {
  relay(handOver: (messages: readonly DueJob[]) => Promise<void>): Promise<number>;
  complete(messageId: string): Promise<void>;
}

export interface DueJob {
  readonly messageId: string;
  readonly queue: string;
  readonly job: string;
  readonly payload: string;
  readonly handovers: number;
}

interface JobData {
  readonly messageId: string;
  readonly payload: string;
}

/** `postgres` when no Redis is given: BullMQ then keeps its queues in the schema `bullmq`. */
export type QueueBackend =
  | { readonly kind: 'postgres'; readonly databaseUrl: string }
  | { readonly kind: 'redis'; readonly redisUrl: string };

const POLL_MS = 500;
const CONCURRENCY = 4;
const ATTEMPTS = 5;
const BACKOFF_MS = 500;
/** How long start-up waits for Redis. */
const REDIS_PATIENCE_MS = 2_000;
/** Connections each BullMQ object may hold to PostgreSQL. */
const POOL_MAX = 2;
const SCHEMA = 'bullmq';
/** Braces keep one queue's keys on one slot of a Redis Cluster. */
const PREFIX = '{headroom}';

/** Moves due jobs from the outbox to BullMQ and, where this process works, runs them. */
export class JobRunner {
  private readonly queues = new Map<QueueName, Queue<JobData>>();
  private readonly workers: Worker<JobData>[] = [];
  private readonly connections: Redis[] = [];
  private loop: Promise<void> | null = null;
  private isStopping = false;
  private wakeUp: () => void = () => undefined;

  constructor(
    private readonly backend: QueueBackend,
    private readonly source: JobSource,
    private readonly registry: JobRegistry,
    private readonly logger: Logger,
  ) {}

  async start(): Promise<void> {
    for (const name of QUEUES) {
      const queue = this.openQueue(name);
      queue.on('error', (error) => this.logger.warn({ queue: name, err: error }, 'queue error'));
      this.queues.set(name, queue);
      // Makes the tables of the PostgreSQL backend one queue at a time.
      await this.untilReady(queue);
    }
    for (const name of QUEUES) {
      const worker = this.openWorker(name);
      worker.on('error', (error) => this.logger.warn({ queue: name, err: error }, 'worker error'));
      worker.on('failed', (job, error) =>
        this.logger.error({ queue: name, job: job?.name, err: error }, 'job failed'),
      );
      this.workers.push(worker);
    }
    this.loop = this.relayUntilStopped();
  }

  /** A job may have become due. */
  wake(): void {
    this.wakeUp();
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    this.wake();
    await this.loop;
    await Promise.all(this.workers.map((worker) => worker.close()));
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
    for (const connection of this.connections) connection.disconnect();
  }

  /** Waiting, running, delayed and failed jobs of every queue. */
  async counts(): Promise<Readonly<Record<string, Readonly<Record<string, number>>>>> {
    const entries = [...this.queues].map(
      async ([name, queue]) => [name, await queue.getJobCounts()] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }

  private async relayUntilStopped(): Promise<void> {
    while (!this.isStopping) {
      let relayed = 0;
      try {
        relayed = await this.source.relay((jobs) => this.handOver(jobs));
      } catch (error) {
        this.logger.warn({ err: error }, 'jobs could not be handed over; they stay in the outbox');
      }
      if (relayed === 0) await this.pause();
    }
  }

  private async handOver(jobs: readonly DueJob[]): Promise<void> {
    for (const name of QUEUES) {
      const own = jobs.filter((job) => job.queue === name);
      if (own.length === 0) continue;
      await present(this.queues.get(name), `queue ${name}`).addBulk(
        own.map(({ messageId, job, payload, handovers }) => ({
          name: job,
          data: { messageId, payload },
          opts: {
            jobId: `${messageId}-${handovers}`,
            attempts: ATTEMPTS,
            backoff: { type: 'exponential', delay: BACKOFF_MS },
            removeOnComplete: true,
            removeOnFail: { age: 7 * 24 * 3_600, count: 10_000 },
          },
        })),
      );
    }
  }

  private readonly process = async (queue: QueueName, job: Job<JobData>): Promise<void> => {
    await this.registry.run(queue, job.name, JSON.parse(job.data.payload));
    await this.source.complete(job.data.messageId);
  };

  /** A Redis that is down does not keep the product from starting: jobs wait in the outbox. */
  private async untilReady(queue: Queue<JobData>): Promise<void> {
    const ready = queue.waitUntilReady().then(() => undefined);
    if (this.backend.kind === 'postgres') return ready;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((done) => {
      timer = setTimeout(done, REDIS_PATIENCE_MS);
    });
    await Promise.race([ready.catch(() => undefined), patience]);
    clearTimeout(timer);
  }

  private openQueue(name: QueueName): Queue<JobData> {
    if (this.backend.kind === 'redis') {
      // A producer fails fast: the outbox keeps the job until the queue is back.
      const connection = this.connect({ maxRetriesPerRequest: 1, enableOfflineQueue: false });
      return new Queue<JobData>(name, { connection, prefix: PREFIX });
    }
    const connection = this.postgresConnection(this.backend.databaseUrl);
    return new Queue(name, { connection }, createPostgresBackend) as unknown as Queue<JobData>;
  }

  private openWorker(name: QueueName): Worker<JobData> {
    const process = (job: Job<JobData>): Promise<void> => this.process(name, job);
    if (this.backend.kind === 'redis') {
      const connection = this.connect({ maxRetriesPerRequest: null });
      return new Worker(name, process, { connection, prefix: PREFIX, concurrency: CONCURRENCY });
    }
    const connection = this.postgresConnection(this.backend.databaseUrl);
    const options = { connection, concurrency: CONCURRENCY };
    return new Worker(name, process, options, createPostgresBackend) as unknown as Worker<JobData>;
  }

  private postgresConnection(connectionString: string): {
    readonly connectionString: string;
    readonly max: number;
    readonly schema: string;
    readonly migrate: boolean;
  } {
    return { connectionString, max: POOL_MAX, schema: SCHEMA, migrate: true };
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

  private pause(): Promise<void> {
    if (this.isStopping) return Promise.resolve();
    return new Promise((done) => {
      const timer = setTimeout(done, POLL_MS);
      this.wakeUp = () => {
        clearTimeout(timer);
        done();
      };
    });
  }
}
