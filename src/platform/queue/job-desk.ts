import type { Job } from 'bullmq';
import type { Instant } from '../../kernel/time.js';
import type { Gauge } from '../metrics/metrics.js';
import { QUEUES, type QueueName } from './job.js';
import type { JobData, JobQueues } from './job-queues.js';

export interface QueueCounts {
  readonly queue: QueueName;
  readonly waiting: number;
  readonly running: number;
  /** Failed, and about to be tried again. */
  readonly delayed: number;
  readonly failed: number;
}

export interface FailedJob {
  readonly queue: QueueName;
  readonly jobId: string;
  readonly name: string;
  /** JSON text. */
  readonly payload: string;
  readonly reason: string;
  readonly attempts: number;
  /** How often its worker went silent. */
  readonly stalls: number;
  readonly failedAt: Instant;
}

/** What came of asking for a job to be run again. */
export type Retry = 'retried' | 'unknown' | { readonly state: string };

/** The newest of each queue that are looked at. */
const FAILED_MAX = 1_000;
const STATES = ['waiting', 'running', 'delayed', 'failed'] as const;

/** What administrators see of the queues, and do to them. */
export class JobDesk {
  constructor(private readonly queues: JobQueues) {}

  async counts(): Promise<readonly QueueCounts[]> {
    const queues = [...(await this.queues.open())];
    return Promise.all(
      queues.map(async ([name, queue]) => {
        const counts = await queue.getJobCounts('wait', 'prioritized', 'active', 'delayed', 'failed');
        const of = (state: string): number => counts[state] ?? 0;
        const waiting = of('wait') + of('prioritized');
        return { queue: name, waiting, running: of('active'), delayed: of('delayed'), failed: of('failed') };
      }),
    );
  }

  /** Newest first. */
  async failed(): Promise<readonly FailedJob[]> {
    const queues = [...(await this.queues.open())];
    const found = queues.map(async ([name, queue]) => {
      const jobs = (await queue.getFailed(0, FAILED_MAX - 1)) as Job<JobData>[];
      return jobs.map((job) => shown(name, job));
    });
    const all = (await Promise.all(found)).flat();
    return all.sort((a, b) => b.failedAt - a.failedAt || (a.jobId < b.jobId ? -1 : 1));
  }

  async retry(queueName: QueueName, jobId: string): Promise<Retry> {
    const queue = (await this.queues.open()).get(queueName);
    const job = await queue?.getJob(jobId);
    if (job === undefined) return 'unknown';
    const state = await job.getState();
    if (state !== 'failed') return { state };
    await job.retry('failed');
    return 'retried';
  }

  /** None while the queues cannot be asked: that they are away is told elsewhere. */
  async gauges(): Promise<readonly Gauge[]> {
    const counts = await this.counts().catch((): readonly QueueCounts[] => []);
    const values = counts.flatMap((one) =>
      STATES.map((state) => ({ labels: { queue: one.queue, state }, value: one[state] })),
    );
    const help = 'Jobs in the queues, by state; failed ones are kept for seven days.';
    return [{ name: 'headroom_jobs', help, values }, this.stalls()];
  }

  private stalls(): Gauge {
    const help = 'Jobs that were run again because their worker went silent, as this process found out since it began.';
    const values = QUEUES.map((queue) => ({ labels: { queue }, value: this.queues.stallsOf(queue) }));
    return { name: 'headroom_job_stalls', help, values };
  }
}

function shown(queue: QueueName, job: Job<JobData>): FailedJob {
  const { id = '', name, data, failedReason, attemptsMade: attempts, stalledCounter: stalls } = job;
  const failedAt = (job.finishedOn ?? job.timestamp) as Instant;
  return { queue, jobId: id, name, payload: data.payload, reason: failedReason, attempts, stalls, failedAt };
}

