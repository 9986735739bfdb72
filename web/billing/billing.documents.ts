import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

export const WALLET = graphql(`
  query Wallet {
    wallet { balance reserved inEscrow owed }
  }
`);

export const TOP_UPS = graphql(`
  query TopUps($after: String) {
    topUpHistory(after: $after, first: 20) {
      edges { node { topUpId amount status failureCode createdAt } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const TOP_UP = graphql(
  `
    mutation TopUp($key: IdempotencyKey!, $input: TopUpWalletInput!) {
      answer: topUpWallet(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on TopUpWalletSuccess { topUp { amount status } }
      }
    }
  `,
  [REFUSAL],
);

export type TopUp = ResultOf<typeof TOP_UPS>['topUpHistory']['edges'][number]['node'];
export type Wallet = ResultOf<typeof WALLET>['wallet'];
