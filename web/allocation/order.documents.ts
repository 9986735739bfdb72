import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

const ORDER = graphql(`
  fragment OrderFields on Order {
    orderId
    marketId
    auctionId
    quantity
    remaining
    limitPrice
    reserved
    spent
    status
    timeInForce
    placedAt
    expiresAt
    window { start end }
  }
`);

export const ORDERS = graphql(
  `
    query Orders($auctionId: ID, $after: String) {
      orders(auctionId: $auctionId, after: $after, first: 100) {
        edges { node { ...OrderFields } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [ORDER],
);

export const WAITLIST_POSITION = graphql(`
  query WaitlistPosition($orderId: ID!) {
    waitlistPosition(orderId: $orderId) {
      position
      quantityAhead
      estimate { fillsAt expiresFirst supplied watchedMinutes }
      trackRecord { judged inTime medianErrorMinutes }
    }
  }
`);

export const PLACE_ORDER = graphql(
  `
    mutation PlaceOrder($key: IdempotencyKey!, $input: PlaceOrderInput!) {
      answer: placeOrder(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on PlaceOrderSuccess {
          order { orderId status remaining spent unspent fills { quantity unitPrice amount reservationId } }
        }
      }
    }
  `,
  [REFUSAL],
);

export const PLACE_ORDERS = graphql(
  `
    mutation PlaceOrders($key: IdempotencyKey!, $input: PlaceOrdersInput!) {
      answer: placeOrders(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on PlaceOrdersSuccess {
          results {
            __typename
            ... on Rejection { message }
            ... on ValidationRejection { issues { field reason accepted } }
            ... on PlaceOrderSuccess { order { remaining spent fills { quantity } } }
          }
        }
      }
    }
  `,
  [REFUSAL],
);

/** What became of one bid of a list. */
export type ListedResult = Extract<ResultOf<typeof PLACE_ORDERS>['answer'], { __typename: 'PlaceOrdersSuccess' }>['results'][number];

export const CANCEL_ORDER = graphql(
  `
    mutation CancelOrder($key: IdempotencyKey!, $input: CancelOrderInput!) {
      answer: cancelOrder(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on CancelOrderSuccess { order { orderId unspent } }
      }
    }
  `,
  [REFUSAL],
);

export const AMEND_ORDER = graphql(
  `
    mutation AmendOrder($key: IdempotencyKey!, $input: AmendOrderInput!) {
      answer: amendOrder(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on AmendOrderSuccess { order { orderId status remaining fills { quantity } } }
      }
    }
  `,
  [REFUSAL],
);

const AUCTION = graphql(`
  fragment AuctionFields on Listing {
    listingId
    poolId
    marketId
    sellerId
    isResale
    quantity
    lotSize
    status
    window { start end }
    auction { state opensAt closesAt reservePrice clearingPrice quantitySold bids }
  }
`);

export const AUCTIONS = graphql(
  `
    query Auctions($after: String) {
      listings(kind: AUCTION, status: null, after: $after, first: 100) {
        edges { node { ...AuctionFields } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [AUCTION],
);

export const AUCTION_OF = graphql(
  `
    query AuctionOf($listingId: ID!) {
      listing(listingId: $listingId) { ...AuctionFields }
    }
  `,
  [AUCTION],
);

export const PLACE_AUCTION_BID = graphql(
  `
    mutation PlaceAuctionBid($key: IdempotencyKey!, $input: PlaceAuctionBidInput!) {
      answer: placeAuctionBid(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on PlaceAuctionBidSuccess { order { orderId } }
      }
    }
  `,
  [REFUSAL],
);

export const WITHDRAW_AUCTION_BID = graphql(
  `
    mutation WithdrawAuctionBid($key: IdempotencyKey!, $input: WithdrawAuctionBidInput!) {
      answer: withdrawAuctionBid(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on WithdrawAuctionBidSuccess { order { orderId unspent } }
      }
    }
  `,
  [REFUSAL],
);

export type Waitlist = NonNullable<ResultOf<typeof WAITLIST_POSITION>['waitlistPosition']>;
export type Order = ResultOf<typeof ORDER>;
export type AuctionListing = ResultOf<typeof AUCTION>;
