import type { ResultOf, VariablesOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

export const CALL_REVIEWS = graphql(`
  query StripeCallReviews($after: String) {
    stripeCallReviews(after: $after, first: 100) {
      edges { node { callId kind subject organizationId failureCode attempts createdAt } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const RECONCILIATIONS = graphql(`
  query Reconciliations {
    reconciliations(first: 31) {
      edges { node { day status lines matched differences fees unbooked finishedAt } }
    }
  }
`);

export const DIFFERENCES = graphql(`
  query Differences($after: String) {
    reconciliationDifferences(after: $after, first: 100) {
      edges { node { differenceId kind reference organizationId unit ours theirs happenedAt ageDays acknowledgedAt note } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const HANGING = graphql(`
  query HangingMoney($after: String) {
    hangingMoney(after: $after, first: 100) {
      edges { node { organizationId account amount due foundAt } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

/** The newest: there may be very many, and one is like the other. */
export const FOREIGN_EVENTS = graphql(`
  query ForeignStripeEvents {
    foreignStripeEvents(first: 50) {
      edges { node { eventId type account receivedAt } }
      pageInfo { hasNextPage }
    }
  }
`);

export const RETRY_CALL = graphql(
  `
    mutation RetryStripeCall($key: IdempotencyKey!, $input: RetryStripeCallInput!) {
      answer: retryStripeCall(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on RetryStripeCallSuccess { call { status failureCode } }
      }
    }
  `,
  [REFUSAL],
);

export const JUDGE_CALL = graphql(
  `
    mutation JudgeStripeCall($key: IdempotencyKey!, $input: JudgeStripeCallInput!) {
      answer: judgeStripeCall(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on JudgeStripeCallSuccess { call { status failureCode } }
      }
    }
  `,
  [REFUSAL],
);

export const REVERSE_TRANSFER = graphql(
  `
    mutation ReverseTransfer($key: IdempotencyKey!, $input: ReverseTransferInput!) {
      answer: reverseTransfer(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on ReverseTransferSuccess { reversal { reversalId amount status } }
      }
    }
  `,
  [REFUSAL],
);

export const ACKNOWLEDGE = graphql(
  `
    mutation Acknowledge($key: IdempotencyKey!, $input: AcknowledgeDifferenceInput!) {
      answer: acknowledgeDifference(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on AcknowledgeDifferenceSuccess { differenceId }
      }
    }
  `,
  [REFUSAL],
);

export type Review = ResultOf<typeof CALL_REVIEWS>['stripeCallReviews']['edges'][number]['node'];
export type Retried = Extract<ResultOf<typeof RETRY_CALL>['answer'], { __typename: 'RetryStripeCallSuccess' }>['call'];
export type Verdict = VariablesOf<typeof JUDGE_CALL>['input']['verdict'];
export type Reconciled = ResultOf<typeof RECONCILIATIONS>['reconciliations']['edges'][number]['node'];
export type ForeignEvent = ResultOf<typeof FOREIGN_EVENTS>['foreignStripeEvents']['edges'][number]['node'];
export type Hanging = ResultOf<typeof HANGING>['hangingMoney']['edges'][number]['node'];
export type Difference = ResultOf<typeof DIFFERENCES>['reconciliationDifferences']['edges'][number]['node'];
