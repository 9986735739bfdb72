import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

// What a provider sees of a pool, and does with it, beside what everybody sees.

export const TITLES = graphql(`
  query Titles($poolId: ID!, $after: String) {
    titles(poolId: $poolId, after: $after, first: 100) {
      edges { node { holderId isProvider quantity { quantity window { start end } } } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const POOL_LISTINGS = graphql(`
  query PoolListings($poolId: ID!, $after: String) {
    listings(poolId: $poolId, own: true, kind: null, status: null, after: $after, first: 100) {
      edges {
        node {
          listingId
          marketId
          status
          unitPrice
          pricePerMillionTokens
          quantity
          window { start end }
          remaining { quantity window { start end } }
          auction { state closesAt reservePrice quantitySold clearingPrice }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const POOL_CURTAILMENTS = graphql(`
  query PoolCurtailments($poolId: ID!, $after: String) {
    poolCurtailments(poolId: $poolId, after: $after, first: 20) {
      edges { node { curtailmentId cause quantity at window { start end } unsold { quantity window { start end } } } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

const TOTALS = graphql(`
  fragment TotalFields on CurtailmentTotals {
    holders
    refund
    penalty
    unoffered { quantity window { start end } }
    offered { quantity window { start end } }
    sold { quantity window { start end } }
  }
`);

export const CURTAILMENT_PREVIEW = graphql(
  `
    query CurtailmentPreview($input: CurtailPoolInput!) {
      answer: curtailmentPreview(input: $input) {
        __typename
        ...Refusal
        ... on CurtailmentPreview {
          totals { ...TotalFields }
          losses { holderId refund penalty lost { quantity window { start end } } }
        }
      }
    }
  `,
  [REFUSAL, TOTALS],
);

export const CURTAIL_POOL = graphql(
  `
    mutation CurtailPool($key: IdempotencyKey!, $input: CurtailPoolInput!) {
      answer: curtailPool(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on CurtailPoolSuccess { curtailmentId totals { ...TotalFields } }
      }
    }
  `,
  [REFUSAL, TOTALS],
);

export const OPEN_AUCTION = graphql(
  `
    mutation OpenAuction($key: IdempotencyKey!, $input: OpenAuctionInput!) {
      answer: openAuction(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on OpenAuctionSuccess { listing { listingId } }
      }
    }
  `,
  [REFUSAL],
);

export type PoolTitle = ResultOf<typeof TITLES>['titles']['edges'][number]['node'];
export type PoolListing = ResultOf<typeof POOL_LISTINGS>['listings']['edges'][number]['node'];
export type PoolCurtailment = ResultOf<typeof POOL_CURTAILMENTS>['poolCurtailments']['edges'][number]['node'];
type Previewed = ResultOf<typeof CURTAILMENT_PREVIEW>['answer'];
export type CurtailmentPreview = Extract<Previewed, { __typename: 'CurtailmentPreview' }>;
export type CurtailmentRefusal = Exclude<Previewed, { __typename: 'CurtailmentPreview' }>;
