import type { Job, Worker } from 'bullmq';
import { present } from '../../kernel/assert.js';
import type { Logger } from '../logging/logger.js';
import { QUEUES, type QueueName } from './job.js';
import type { JobData, JobQueues, OpenQueues } from './job-queues.js';
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

const POLL_MS = 500;
const ATTEMPTS = 5;
const BACKOFF_MS = 500;

/** Moves due jobs from the outbox to BullMQ and, where this process works, runs them. */
export class JobRunner {
  private readonly workers: Worker<JobData>[] = [];
  private loop: Promise<void> | null = null;
  private isStopping = false;
  private wakeUp: () => void = () => undefined;

  constructor(
    private readonly queues: JobQueues,
    private readonly source: JobSource,
    private readonly registry: JobRegistry,
    private readonly logger: Logger,
  ) {}

  async start(): Promise<void> {
    const queues = await this.queues.open();
    for (const name of QUEUES) {
      const worker = this.queues.openWorker(name, (job) => this.process(name, job));
      worker.on('error', (error) => this.queues.tell(name, error));
      worker.on('failed', (job, error) =>
        this.logger.error({ queue: name, job: job?.name, err: error }, 'job failed'),
      );
      worker.on('stalled', (jobId) => this.queues.noteStall(name, jobId));
      this.workers.push(worker);
    }
    this.loop = this.relayUntilStopped(queues);
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
    await this.queues.close();
  }

  private async relayUntilStopped(queues: OpenQueues): Promise<void> {
    // Told once, not at every try.
    let isFailing = false;
    while (!this.isStopping) {
      let relayed = 0;
      try {
        relayed = await this.source.relay((jobs) => handOver(queues, jobs));
        if (isFailing && relayed > 0) this.logger.warn('jobs are handed over again');
        isFailing &&= relayed === 0;
      } catch (error) {
        const told = 'jobs could not be handed over; they stay in the outbox';
        this.logger[isFailing ? 'debug' : 'warn']({ err: error }, told);
        isFailing = true;
      }
      if (relayed === 0) await this.pause();
    }
  }

  private async process(queue: QueueName, job: Job<JobData>): Promise<void> {
    await this.registry.run(queue, job.name, JSON.parse(job.data.payload));
    await this.source.complete(job.data.messageId);
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

async function handOver(queues: OpenQueues, jobs: readonly DueJob[]): Promise<void> {
  for (const name of QUEUES) {
    const own = jobs.filter((job) => job.queue === name);
    if (own.length === 0) continue;
    await present(queues.get(name), `queue ${name}`).addBulk(
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
