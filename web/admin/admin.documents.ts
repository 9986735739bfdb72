import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

export const ORGANIZATIONS = graphql(`
  query Organizations($name: String, $after: String) {
    organizations(name: $name, after: $after, first: 100) {
      edges { node { organizationId name isProvider isBuyer isPlatform createdAt members apiKeys } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const AUDIT_TRAIL = graphql(`
  query AuditTrail($organizationId: ID, $subject: String, $action: String, $after: String) {
    auditTrail(organizationId: $organizationId, subject: $subject, action: $action, after: $after, first: 100) {
      edges { node { entryId at organizationId organizationName actor actorName action subject subjectName } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const JOB_QUEUES = graphql(`
  query JobQueues {
    jobQueues { queue waiting running delayed failed }
  }
`);

export const FAILED_JOBS = graphql(`
  query FailedJobs($after: String) {
    failedJobs(after: $after, first: 100) {
      edges { node { queue jobId name payload reason attempts stalls failedAt } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const RETRY_JOB = graphql(
  `
    mutation RetryJob($key: IdempotencyKey!, $input: RetryJobInput!) {
      answer: retryJob(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on RetryJobSuccess { jobId }
      }
    }
  `,
  [REFUSAL],
);

export const VERIFICATIONS = graphql(`
  query Verifications($after: String) {
    verifications(after: $after, first: 20) {
      edges { node { verificationId status requestedBy requestedAt finishedAt streams events projections lie } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

/** Takes no input. */
export const START_VERIFICATION = graphql(
  `
    mutation StartVerification($key: IdempotencyKey!) {
      answer: startVerification(idempotencyKey: $key) {
        __typename
        ...Refusal
        ... on StartVerificationSuccess { verification { verificationId } }
      }
    }
  `,
  [REFUSAL],
);

export const POOL_ALARMS = graphql(`
  query PoolAlarms($after: String) {
    poolAlarms(after: $after, first: 100) {
      edges { node { poolId figure source profileVersion baseline baselineSamples recent recentSamples raisedAt } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const MAIL_REVIEWS = graphql(`
  query MailReviews($after: String) {
    mailMessages(status: NEEDS_REVIEW, after: $after, first: 100) {
      edges { node { messageId organizationId kind attempts failure createdAt } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const RETRY_MAIL = graphql(
  `
    mutation RetryMail($key: IdempotencyKey!, $input: RetryMailInput!) {
      answer: retryMail(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on RetryMailSuccess { messageId }
      }
    }
  `,
  [REFUSAL],
);

export type Registered = ResultOf<typeof ORGANIZATIONS>['organizations']['edges'][number]['node'];
export type TrailEntry = ResultOf<typeof AUDIT_TRAIL>['auditTrail']['edges'][number]['node'];
export type JobQueue = ResultOf<typeof JOB_QUEUES>['jobQueues'][number];
export type MailReview = ResultOf<typeof MAIL_REVIEWS>['mailMessages']['edges'][number]['node'];
export type FailedJob = ResultOf<typeof FAILED_JOBS>['failedJobs']['edges'][number]['node'];
export type Verification = ResultOf<typeof VERIFICATIONS>['verifications']['edges'][number]['node'];
export type PoolAlarm = ResultOf<typeof POOL_ALARMS>['poolAlarms']['edges'][number]['node'];
