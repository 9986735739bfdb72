import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { organizationOf, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { formatInstant } from '../../kernel/time.js';
import { Database } from '../../platform/database/prisma.js';
import { once } from '../../platform/idempotency/idempotency.js';
import type { QueueName } from '../../platform/queue/job.js';
import { JobDesk } from '../../platform/queue/job-desk.js';
import { AllowPlatformAdmins } from './access.js';
import { PageArguments, readPage, toConnection, type Connection } from './connection.js';
import { Caller } from './current.js';
import { IdempotencyKey } from './idempotency-key.js';
import {
  FailedJobConnection,
  FailedJobType,
  JobQueueType,
  RetryJobInput,
  RetryJobResult,
} from './job.types.js';
import { notFound } from './refusals.js';

@Resolver()
export class JobResolver {
  constructor(
    private readonly desk: JobDesk,
    private readonly database: Database,
  ) {}

  @Query(() => [JobQueueType], { description: 'The queues of jobs and how full they are.' })
  @AllowPlatformAdmins()
  async jobQueues(): Promise<readonly JobQueueType[]> {
    return this.desk.counts();
  }

  @Query(() => FailedJobConnection, {
    description: 'Jobs that failed in the last seven days, newest first; at most 1,000 of each queue.',
  })
  @AllowPlatformAdmins()
  async failedJobs(@Args() pageArguments: PageArguments): Promise<Connection<FailedJobType>> {
    const page = readPage(pageArguments, 3);
    const all = await this.desk.failed();
    const [, queue, jobId] = page.after ?? [];
    const seen = all.findIndex((job) => job.queue === queue && job.jobId === jobId);
    // One that is not there any more was run again: what failed before it follows.
    const [failedAt] = page.after ?? [];
    const rest =
      seen >= 0
        ? all.slice(seen + 1)
        : all.filter((job) => failedAt === undefined || formatInstant(job.failedAt) < failedAt);
    return toConnection(rest.slice(0, page.first + 1), page, (job) => job, (job) => [
      formatInstant(job.failedAt),
      job.queue,
      job.jobId,
    ]);
  }

  @Mutation(() => RetryJobResult, { description: 'Has a job that failed run again.' })
  @AllowPlatformAdmins()
  async retryJob(
    @IdempotencyKey() key: string,
    @Args('input', { description: 'Which job.' }) { queue, jobId }: RetryJobInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const request = { scope: `${organizationOf(caller)}`, key, content: { retryJob: { queue, jobId } } };
    const { answer } = await once(this.database, request, () => this.retry(queue as QueueName, jobId));
    return answer;
  }

  private async retry(queue: QueueName, jobId: string): Promise<object> {
    const outcome = await this.desk.retry(queue, jobId);
    if (outcome === 'retried') return { __typename: 'RetryJobSuccess', jobId };
    if (outcome === 'unknown') return notFound('jobId', `queue ${queue} has no such job`);
    const { state } = outcome;
    const message = `the job is ${state}: only one that failed is run again`;
    return { __typename: 'StateRejection', code: 'JOB_NOT_FAILED', message, state };
  }
}
