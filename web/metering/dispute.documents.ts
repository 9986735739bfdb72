import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

export const DISPUTE_CREDIT = graphql(
  `
    mutation DisputeCredit($key: IdempotencyKey!, $input: DisputeCreditInput!) {
      answer: disputeCredit(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on DisputeCreditSuccess { reservationId }
      }
    }
  `,
  [REFUSAL],
);

export const RESOLVE_DISPUTE = graphql(
  `
    mutation ResolveDispute($key: IdempotencyKey!, $input: ResolveDisputeInput!) {
      answer: resolveDispute(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on ResolveDisputeSuccess { reservationId }
      }
    }
  `,
  [REFUSAL],
);

const COUNTS = graphql(`
  fragment CountFields on CountedTokens { input cachedInput output reasoning weighted }
`);

export const COUNT_DISPUTES = graphql(
  `
    query CountDisputes($after: String) {
      countDisputes(after: $after, first: 20) {
        edges {
          node {
            reservationId
            hour
            state
            requests
            differing
            evidenceRevision
            openedAt
            until
            endedAt
            position
            concededBy
            note
            billed { ...CountFields }
            positions { position conceder overageChange tokens { ...CountFields } }
            rule { tolerance least }
            samples { requestId billed counted claimed reason }
          }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [COUNTS],
);

export const SETTLING_NOTES = graphql(`
  query SettlingNotes($reservationId: ID!) {
    creditNotes(reservationId: $reservationId, first: 100) {
      edges { node { number month amount settles } }
    }
  }
`);

export const CONCEDE_COUNTS = graphql(
  `
    mutation ConcedeCounts($key: IdempotencyKey!, $input: ConcedeCountsInput!) {
      answer: concedeCounts(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on ConcedeCountsSuccess { reservationId }
      }
    }
  `,
  [REFUSAL],
);

export type CountDispute = ResultOf<typeof COUNT_DISPUTES>['countDisputes']['edges'][number]['node'];
