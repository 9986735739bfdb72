import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

export const PAYOUT_REVIEWS = graphql(`
  query PayoutReviews($after: String) {
    payoutReviews(after: $after, first: 100) {
      edges { node { about subject organizationId lastError since } }
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
      edges { node { differenceId kind reference organizationId ours theirs happenedAt ageDays acknowledgedAt note } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const RESOLVE_PAYOUT = graphql(
  `
    mutation ResolvePayout($key: IdempotencyKey!, $input: ResolvePayoutInput!) {
      answer: resolvePayout(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on ResolvePayoutSuccess { isKnown lastError }
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

export type Review = ResultOf<typeof PAYOUT_REVIEWS>['payoutReviews']['edges'][number]['node'];
export type Reconciled = ResultOf<typeof RECONCILIATIONS>['reconciliations']['edges'][number]['node'];
export type Difference = ResultOf<typeof DIFFERENCES>['reconciliationDifferences']['edges'][number]['node'];
