import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { QueueName } from '../../platform/queue/job.js';
import { connectionOf } from './connection.js';
import { NotFoundRejection, StateRejection } from './rejection.js';
import { resultUnion } from './result-union.js';
import { InstantScalar } from './scalars.js';

/** A queue's name in GraphQL, in capitals as all enums. */
export const JobQueueName = {
  ALLOCATION: 'allocation',
  BILLING: 'billing',
  METERING: 'metering',
  NOTICES: 'notices',
  PLATFORM: 'platform',
} as const satisfies Record<Uppercase<QueueName>, QueueName>;
registerEnumType(JobQueueName, {
  name: 'JobQueueName',
  description: 'Which queue.',
  valuesMap: {
    ALLOCATION: { description: 'Markets: holds that expire, reservations that begin and end.' },
    BILLING: { description: 'Deliveries that are settled, payments that are looked at.' },
    METERING: { description: 'Use that is rated, hours that are judged, pools that are probed.' },
    NOTICES: { description: 'Webhooks of customers and e-mail.' },
    PLATFORM: { description: 'What belongs to no domain.' },
  },
});

@ObjectType('JobQueue', { description: 'A queue of jobs, for those who run this exchange.' })
export class JobQueueType {
  @Field(() => JobQueueName, { description: 'Which one.' })
  queue!: string;

  @Field(() => Int, { description: 'Jobs that wait for a worker.' })
  waiting!: number;

  @Field(() => Int, { description: 'Jobs that a worker is at.' })
  running!: number;

  @Field(() => Int, { description: 'Jobs that failed and are about to be tried again.' })
  delayed!: number;

  @Field(() => Int, { description: 'Jobs that failed as often as they are tried.' })
  failed!: number;
}

@ObjectType('FailedJob', { description: 'A job that failed as often as it is tried, or whose workers went silent.' })
export class FailedJobType {
  @Field(() => JobQueueName, { description: 'In which queue.' })
  queue!: string;

  @Field(() => ID, { description: 'Its id there.' })
  jobId!: string;

  @Field({ description: 'What kind of job it is.' })
  name!: string;

  @Field({ description: 'What it is about, as JSON.' })
  payload!: string;

  @Field({ description: 'How it failed the last time.' })
  reason!: string;

  @Field(() => Int, { description: 'How often it was tried.' })
  attempts!: number;

  @Field(() => Int, { description: 'How often a worker went silent over it.' })
  stalls!: number;

  @Field(() => InstantScalar, { description: 'When it failed the last time.' })
  failedAt!: number;
}

export const FailedJobConnection = connectionOf(FailedJobType, 'FailedJob', 'failed jobs');

@InputType({ description: 'A job that is to be run again.' })
export class RetryJobInput {
  @Field(() => JobQueueName, { description: 'In which queue it is.' })
  queue!: string;

  @Field(() => ID, { description: 'Its id there.' })
  jobId!: string;
}

@ObjectType({ description: 'The job waits for a worker again.' })
export class RetryJobSuccess {
  @Field(() => ID, { description: 'Its id.' })
  jobId!: string;
}

export const RetryJobResult = resultUnion('retryJob', [
  RetryJobSuccess,
  NotFoundRejection,
  StateRejection,
]);
