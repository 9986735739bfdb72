import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

export const EXTEND_POOL = graphql(
  `
    mutation ExtendPool($key: IdempotencyKey!, $input: ExtendPoolInput!) {
      answer: extendPool(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on ChangePoolSuccess { pool { poolId nameplate { quantity window { start end } } } }
      }
    }
  `,
  [REFUSAL],
);

export const CHANGE_PROFILE = graphql(
  `
    mutation ChangeServingProfile($key: IdempotencyKey!, $input: ChangeServingProfileInput!) {
      answer: changeServingProfile(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on ChangePoolSuccess { pool { poolId profileVersion } }
      }
    }
  `,
  [REFUSAL],
);

export const CHANGE_TERMS = graphql(
  `
    mutation ChangePoolTerms($key: IdempotencyKey!, $input: ChangePoolTermsInput!) {
      answer: changePoolTerms(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on ChangePoolSuccess { pool { poolId } }
      }
    }
  `,
  [REFUSAL],
);

export const CHANGE_ENDPOINT = graphql(
  `
    mutation ChangePoolEndpoint($key: IdempotencyKey!, $input: ChangePoolEndpointInput!) {
      answer: changePoolEndpoint(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on ChangePoolSuccess { pool { poolId endpoint { url hasCredential } } }
      }
    }
  `,
  [REFUSAL],
);
