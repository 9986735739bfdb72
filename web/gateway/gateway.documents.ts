import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

// How an organization's requests are served, as it says itself.

const ROUTING = graphql(`
  fragment RoutingFields on Routing {
    keyId
    policy
    reservationId
    share
    fallback { url model hasCredential }
  }
`);

export const ROUTINGS = graphql(
  `
    query Routings($after: String) {
      routings(after: $after, first: 100) {
        edges { node { ...RoutingFields } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [ROUTING],
);

/** How the lanes do under a routing: for a key, or for every key. */
export const ROUTED_LANES = graphql(`
  query RoutedLanes($keyId: ID, $after: String) {
    routedLanes(keyId: $keyId, after: $after, first: 100) {
      edges {
        node {
          reservationId marketId standing requests failureShare ttftP95Ms ttftPromisedMs
          trial { requestsMin ttftFactor failureMargin comparedTtftMs comparedFailureShare }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const SET_ROUTING = graphql(
  `
    mutation SetRouting($key: IdempotencyKey!, $input: SetRoutingInput!) {
      answer: setRouting(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on SetRoutingSuccess { routing { policy } }
      }
    }
  `,
  [REFUSAL],
);

const GUARDRAIL = graphql(`
  fragment GuardrailFields on Guardrails {
    keyId
    contextTokensMax
    outputTokensMax
    coalescing { windowMs fromStreams }
    deadline { afterMs lowerTo }
  }
`);

export const GUARDRAILS = graphql(
  `
    query Guardrails($after: String) {
      guardrails(after: $after, first: 100) {
        edges { node { ...GuardrailFields } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [GUARDRAIL],
);

export const SET_GUARDRAILS = graphql(
  `
    mutation SetGuardrails($key: IdempotencyKey!, $input: SetGuardrailsInput!) {
      answer: setGuardrails(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on SetGuardrailsSuccess { guardrails { keyId } }
      }
    }
  `,
  [REFUSAL],
);

export const SERVING_KEYS = graphql(`
  query ServingKeys($after: String) {
    apiKeys(after: $after, first: 100) {
      edges { node { keyId name scopes createdAt expiresAt revokedAt } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const REVOKE_SERVING_KEY = graphql(
  `
    mutation RevokeServingKey($key: IdempotencyKey!, $input: RevokeApiKeyInput!) {
      answer: revokeApiKey(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on RevokeApiKeySuccess { apiKey { keyId } }
      }
    }
  `,
  [REFUSAL],
);

export const SPOT_RULES = graphql(`
  query SpotRules($after: String) {
    spotRules(after: $after, first: 100) {
      edges { node { marketId quantity priceMax spendPerDayMax } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

/** The newest. */
export const SPOT_PURCHASES = graphql(`
  query SpotPurchases {
    spotPurchases {
      edges { node { purchaseId marketId window { start end } quantity priceMax startedAt endedAt spent reservationIds refusal } }
      pageInfo { hasNextPage }
    }
  }
`);

export const SET_SPOT_RULE = graphql(
  `
    mutation SetSpotRule($key: IdempotencyKey!, $input: SetSpotRuleInput!) {
      answer: setSpotRule(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on SetSpotRuleSuccess { rule { marketId } }
      }
    }
  `,
  [REFUSAL],
);

export const REMOVE_SPOT_RULE = graphql(
  `
    mutation RemoveSpotRule($key: IdempotencyKey!, $input: RemoveSpotRuleInput!) {
      answer: removeSpotRule(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on RemoveSpotRuleSuccess { marketId }
      }
    }
  `,
  [REFUSAL],
);

/** What hardware there is, and how each kind is reached. */
export const CATALOGUE = graphql(`
  query Catalogue {
    platforms {
      slug
      name
      vendor
      class
      bestTier
      bestUse
      runtimes
      memory { kind capacityBytes bandwidthBytesPerSecond }
      interconnect { kind bandwidthBytesPerSecond }
      prefill { strength reason }
      decode { strength reason }
    }
    platformLanes { platform runtime vendor evidence sources }
  }
`);

export type RoutedLane = ResultOf<typeof ROUTED_LANES>['routedLanes']['edges'][number]['node'];
export type Routing = ResultOf<typeof ROUTING>;
export type Guardrails = ResultOf<typeof GUARDRAIL>;
export type ServingKey = ResultOf<typeof SERVING_KEYS>['apiKeys']['edges'][number]['node'];
export type SpotPurchase = ResultOf<typeof SPOT_PURCHASES>['spotPurchases']['edges'][number]['node'];
export type SpotRule = ResultOf<typeof SPOT_RULES>['spotRules']['edges'][number]['node'];
export type CataloguePlatform = ResultOf<typeof CATALOGUE>['platforms'][number];
export type PlatformLane = ResultOf<typeof CATALOGUE>['platformLanes'][number];
