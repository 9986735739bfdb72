import { graphql } from '../api/graphql.js';

// Where one begins in the explorer. They are documents of this client like any other, so a test holds them to the schema.

/** An offer that an example can be about. */
export const FIRST_LISTING = graphql(`
  query FirstListing {
    listings(first: 1) { edges { node { listingId marketId lotSize unitPrice window { start end } } } }
  }
`);

export const MARKETS = graphql(`
  query Markets {
    markets(first: 20) {
      edges {
        node {
          marketId
          listings
          quantity
          unitPrice
          pricePerMillionTokens
        }
      }
    }
  }
`);

export const LISTINGS = graphql(`
  query Listings($marketId: ID!) {
    listings(marketId: $marketId, first: 10) {
      edges {
        node {
          listingId
          unitPrice
          quantity
          window { start end }
          remaining { quantity window { start end } }
        }
      }
    }
  }
`);

export const QUOTE = graphql(`
  mutation Quote($key: IdempotencyKey!, $input: RequestQuoteInput!) {
    requestQuote(idempotencyKey: $key, input: $input) {
      __typename
      ... on RequestQuoteSuccess {
        quote { quoteId amount unitPrice expiresAt }
      }
      ... on Rejection { code message }
    }
  }
`);

export const RESERVE = graphql(`
  mutation Reserve($key: IdempotencyKey!, $input: ReserveInput!) {
    reserve(idempotencyKey: $key, input: $input) {
      __typename
      ... on ReserveSuccess {
        reservation { reservationId status amount expiresAt }
      }
      ... on Rejection { code message }
      ... on ValidationRejection { issues { field reason accepted } }
    }
  }
`);

export const BID = graphql(`
  mutation Bid($key: IdempotencyKey!, $input: PlaceOrderInput!) {
    placeOrder(idempotencyKey: $key, input: $input) {
      __typename
      ... on PlaceOrderSuccess {
        order { orderId status remaining }
      }
      ... on Rejection { code message }
      ... on ValidationRejection { issues { field reason accepted } }
    }
  }
`);

export const DEPTH = graphql(`
  subscription Depth($marketId: ID!, $window: WindowInput!) {
    depthChanged(marketId: $marketId, window: $window, first: 10) {
      asOf
      bids { unitPrice quantity }
      asks { unitPrice quantity }
    }
  }
`);
