import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

const POOL = graphql(`
  fragment PoolFields on Pool {
    poolId
    name
    marketId
    platform
    region
    residency
    grid
    lotSize
    nameplate { quantity window { start end } }
    profileVersion
    profile { runtime contextLength tier weights { input cachedInput reasoning } }
    serviceLevel { ttftP95Ms streamTokensPerSecondMin availability }
    terms {
      buyerShareMax
      overagePrice
      setAside { share smallBuyerMax releasedBeforeHours }
      cancellation { noticeHours fee }
      curtailment { reclaimNoticeHours outagePenalty reclaimPenalty }
      credits { samplesMin steps { missedBy credit } }
      resale { isTransferable hopsMax royalty priceCap holdingTimeMinutes }
    }
  }
`);

/** What a buyer looks at before buying. */
export const POOL_FACTS = graphql(
  `
    query PoolFacts($poolId: ID!) {
      pool(poolId: $poolId) { ...PoolFields }
    }
  `,
  [POOL],
);

export const OWN_POOLS = graphql(
  `
    query OwnPools($after: String) {
      pools(own: true, after: $after, first: 20) {
        edges { node { ...PoolFields } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [POOL],
);

export const POOLS = graphql(
  `
    query Pools($after: String) {
      pools(after: $after, first: 100) {
        edges { node { ...PoolFields } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [POOL],
);

/** What the gateway measured of a pool; nothing while that is nothing. */
export const POOL_EVIDENCE = graphql(`
  query PoolEvidence($poolId: ID!) {
    poolEvidence(poolId: $poolId) {
      level
      samples
      from
      until
      profileVersion
      figures {
        ttftMs { p50 p95 p99 }
        streamTokensPerSecond { p5 p50 }
      }
    }
  }
`);

/** Enough pools to suggest the names of their markets. */
export const MARKETS = graphql(`
  query Markets {
    pools(first: 100) { edges { node { marketId } } }
  }
`);

export const PLATFORMS = graphql(`
  query Platforms {
    platforms { slug name vendor bestTier }
  }
`);

export const REGISTER_POOL = graphql(
  `
    mutation RegisterPool($key: IdempotencyKey!, $input: RegisterPoolInput!) {
      answer: registerPool(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on RegisterPoolSuccess { pool { poolId name } }
      }
    }
  `,
  [REFUSAL],
);

export type Pool = ResultOf<typeof POOL>;
export type Platform = ResultOf<typeof PLATFORMS>['platforms'][number];
export type PoolEvidence = NonNullable<ResultOf<typeof POOL_EVIDENCE>['poolEvidence']>;
