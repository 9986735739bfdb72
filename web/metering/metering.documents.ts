import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';

// What was measured and used of what one holds, sold or provides.

const SAMPLES = graphql(`
  fragment SampleFields on ServiceSamples {
    requests
    overLimit
    tooLong
    batch
    aborted
    refused
    answered
    ttft
    ttftInTime
    streamSpeed
    streamFastEnough
  }
`);

const FIGURES = graphql(`
  fragment FigureFields on ServiceFigures {
    ttftMs { p50 p95 p99 }
    streamTokensPerSecond { p5 p50 }
    promptTokens { p50 }
    outputTokens { p50 }
    concurrency { p50 }
  }
`);

export const SERVICE_MINUTES = graphql(
  `
    query ServiceMinutes($reservationId: ID!, $window: WindowInput!, $after: String) {
      serviceMinutes(reservationId: $reservationId, window: $window, after: $after, first: 100) {
        edges { node { minute weightedTokens samples { ...SampleFields } figures { ...FigureFields } } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [SAMPLES, FIGURES],
);

const HOUR = graphql(
  `
    fragment HourFields on ServiceHour {
      reservationId
      hour
      revision
      evidenceId
      verdict
      misses { objective missedBy }
      creditShare
      credit
      termsVersion
      profileVersion
      sketchDigest
      judgedAt
      dispute { state openedBy reason openedAt note resolvedAt }
      samples { ...SampleFields }
      figures { ...FigureFields }
    }
  `,
  [SAMPLES, FIGURES],
);

export const SERVICE_HOURS = graphql(
  `
    query ServiceHours($reservationId: ID!, $window: WindowInput!, $after: String) {
      serviceHours(reservationId: $reservationId, window: $window, after: $after, first: 100) {
        edges { node { ...HourFields } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [HOUR],
);

export const SERVICE_CREDITS = graphql(
  `
    query ServiceCredits($side: CreditSide!, $after: String) {
      serviceCredits(side: $side, after: $after, first: 20) {
        edges { node { ...HourFields } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [HOUR],
);

export const USAGE_HOURS = graphql(`
  query UsageHours($reservationId: ID!, $after: String) {
    usageHours(reservationId: $reservationId, after: $after, first: 100) {
      edges { node { hour weightedTokens entitledTokens overageTokens overageAmount } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const USAGE_ROLLUPS = graphql(`
  query UsageRollups($grain: UsageGrain!, $side: UsageSide!, $reservationId: ID, $window: WindowInput!, $after: String) {
    usageRollups(grain: $grain, side: $side, reservationId: $reservationId, window: $window, after: $after, first: 100) {
      edges { node { start model events inputTokens cachedInputTokens outputTokens reasoningTokens } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

const RECORD = graphql(`
  fragment RecordFields on UsageRecord {
    recordId
    reservationId
    model
    servedAt
    tier
    outcome
    isStream
    isColdStart
    isCounted
    mirrorOf
    inputTokens
    outputTokens
    countedOutputTokens
    claimedOutputTokens
    disagreement
    ttftMs
    queuedMs
    durationMs
  }
`);

export const USAGE_RECORDS = graphql(
  `
    query UsageRecords($reservationId: ID!, $onlyDisagreeing: Boolean!, $after: String) {
      usageRecords(reservationId: $reservationId, onlyDisagreeing: $onlyDisagreeing, after: $after, first: 25) {
        edges { node { ...RecordFields } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [RECORD],
);

export const REQUEST_RECORDS = graphql(
  `
    query RequestRecords($requestId: ID!) {
      requestRecords(requestId: $requestId) { ...RecordFields }
    }
  `,
  [RECORD],
);

/** What the server behind a reservation says of itself. */
export const UPSTREAM_LOAD = graphql(`
  query UpstreamLoad($reservationId: ID!) {
    upstreamLoad(reservationId: $reservationId) { evidence vendor running waiting cacheShare }
  }
`);

export type ServiceMinute = ResultOf<typeof SERVICE_MINUTES>['serviceMinutes']['edges'][number]['node'];
export type ServiceHour = ResultOf<typeof HOUR>;
export type UsageHour = ResultOf<typeof USAGE_HOURS>['usageHours']['edges'][number]['node'];
export type UsageRecord = ResultOf<typeof RECORD>;
export type UsageRollup = ResultOf<typeof USAGE_ROLLUPS>['usageRollups']['edges'][number]['node'];
