import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

const POOL = graphql(`
  fragment PoolFields on Pool {
    poolId
    providerId
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
      credits { samplesMin exclusions steps { missedBy credit } }
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
      probes { samples newest figures { ttftMs { p50 p95 p99 } streamTokensPerSecond { p5 p50 } } }
    }
  }
`);

const FIGURES = graphql(`
  fragment EvidenceFigures on ServiceFigures {
    ttftMs { p50 p95 p99 }
    streamTokensPerSecond { p5 p50 }
    interTokenMs { p95 }
    promptTokens { p50 }
    concurrency { p50 }
  }
`);

/** The same with the work it was measured at, and with our own requests. */
export const POOL_EVIDENCE_WHOLE = graphql(
  `
    query PoolEvidenceWhole($poolId: ID!) {
      poolEvidence(poolId: $poolId) {
        level
        samples
        from
        until
        profileVersion
        figures { ...EvidenceFigures }
        probes { samples newest concurrency promptWords outputTokensMax figures { ...EvidenceFigures } }
      }
    }
  `,
  [FIGURES],
);

export const POOL_ALARMS = graphql(`
  query PoolAlarms($after: String) {
    poolAlarms(after: $after, first: 100) {
      edges { node { poolId source figure recent baseline recentSamples baselineSamples raisedAt } }
      pageInfo { hasNextPage endCursor }
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

/** One's own pool, with where its requests go. */
export const POOL_TO_CHANGE = graphql(
  `
    query PoolToChange($poolId: ID!) {
      pool(poolId: $poolId) { ...PoolFields endpoint { url hasCredential } }
    }
  `,
  [POOL],
);

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
export type WholeEvidence = NonNullable<ResultOf<typeof POOL_EVIDENCE_WHOLE>['poolEvidence']>;
export type PoolAlarm = ResultOf<typeof POOL_ALARMS>['poolAlarms']['edges'][number]['node'];
