import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

export const BILLING_PROFILE = graphql(`
  query BillingProfile {
    billingProfile { legalName street postalCode city country taxId email locale }
  }
`);

export const SET_BILLING_PROFILE = graphql(
  `
    mutation SetBillingProfile($key: IdempotencyKey!, $input: SetBillingProfileInput!) {
      answer: setBillingProfile(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on SetBillingProfileSuccess { profile { legalName } }
      }
    }
  `,
  [REFUSAL],
);

/** Whom invoices are from: for those who run the exchange. */
export const EXCHANGE_PROFILE = graphql(`
  query ExchangeProfile {
    exchangeProfile { legalName street postalCode city country taxId email locale }
  }
`);

export const SET_EXCHANGE_PROFILE = graphql(
  `
    mutation SetExchangeProfile($key: IdempotencyKey!, $input: SetBillingProfileInput!) {
      answer: setExchangeProfile(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on SetBillingProfileSuccess { profile { legalName } }
      }
    }
  `,
  [REFUSAL],
);

export type BillingProfile = NonNullable<ResultOf<typeof BILLING_PROFILE>['billingProfile']>;
/** Both take and answer the same. */
export type SetProfile = typeof SET_BILLING_PROFILE | typeof SET_EXCHANGE_PROFILE;
