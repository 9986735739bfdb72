import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

const QUOTE = graphql(`
  fragment QuoteFields on Quote {
    quoteId
    marketId
    quantity
    amount
    unitPrice
    status
    expiresAt
    endedAt
    quotedAt
    window { start end }
    fills { reservationId listingId platform region quantity unitPrice amount }
  }
`);

export const QUOTES = graphql(
  `
    query Quotes {
      quotes(first: 100) { edges { node { ...QuoteFields } } }
    }
  `,
  [QUOTE],
);

export const REQUEST_QUOTE = graphql(
  `
    mutation RequestQuote($key: IdempotencyKey!, $input: RequestQuoteInput!) {
      answer: requestQuote(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on RequestQuoteSuccess { quote { ...QuoteFields } }
      }
    }
  `,
  [REFUSAL, QUOTE],
);

export const ACCEPT_QUOTE = graphql(
  `
    mutation AcceptQuote($key: IdempotencyKey!, $input: AcceptQuoteInput!) {
      answer: acceptQuote(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on AcceptQuoteSuccess { walletBalance reservations { reservationId } }
      }
    }
  `,
  [REFUSAL],
);

export const RELEASE_QUOTE = graphql(
  `
    mutation ReleaseQuote($key: IdempotencyKey!, $input: ReleaseQuoteInput!) {
      answer: releaseQuote(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on ReleaseQuoteSuccess { quoteId }
      }
    }
  `,
  [REFUSAL],
);

export type Quote = ResultOf<typeof QUOTE>;
