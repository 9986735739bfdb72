import type { ResultOf, VariablesOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

const LISTING = graphql(`
  fragment ListingFields on Listing {
    listingId
    poolId
    marketId
    sellerId
    isResale
    hops
    status
    unitPrice
    pricePerMillionTokens
    quantity
    lotSize
    window { start end }
    remaining { quantity window { start end } }
  }
`);

export const LISTINGS = graphql(
  `
    query Listings(
      $marketId: ID
      $own: Boolean!
      $status: ListingState
      $where: ListingFilterInput
      $orderBy: ListingOrder!
      $isDescending: Boolean!
      $first: Int!
      $after: String
    ) {
      listings(
        marketId: $marketId
        own: $own
        status: $status
        where: $where
        orderBy: $orderBy
        isDescending: $isDescending
        first: $first
        after: $after
      ) {
        edges { node { ...ListingFields } }
        pageInfo { hasNextPage endCursor }
      }
      listingCount(marketId: $marketId, own: $own, status: $status, where: $where)
    }
  `,
  [LISTING],
);

export const MARKET_SUMMARIES = graphql(`
  query MarketSummaries($after: String) {
    markets(first: 100, after: $after) {
      edges { node { marketId listings pricePerMillionTokens quantity } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const LISTING_OF = graphql(
  `
    query ListingOf($listingId: ID!) {
      listing(listingId: $listingId) { ...ListingFields }
    }
  `,
  [LISTING],
);

const RESERVATION = graphql(`
  fragment ReservationFields on Reservation {
    reservationId
    poolId
    marketId
    holderId
    sellerId
    isResale
    hops
    status
    amount
    unitPrice
    quantity
    window { start end }
    entitlement { quantity window { start end } }
    listingId
    orderId
    isTransfer
    teamId
    paidAt
    idleRule {
      unitPrice
      margin
      keepMin
      nextReviewAt
      lastReview { reviewedAt peak idle listingId refusal }
    }
    rebooking { limitPrice timeInForce restMinutes minimumFill isAllOrNone evidenceMin ttftP95MaxMs streamTokensPerSecondMin platforms regions residency providerShareMax }
    transferredFromId
    expiresAt
    refund
    cancellationFee
    curtailments { cause quantity refund penalty window { start end } }
  }
`);

export const RESERVATIONS = graphql(
  `
    query Reservations($side: ReservationSide!, $after: String) {
      reservations(side: $side, after: $after, first: 100) {
        edges { node { ...ReservationFields } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [RESERVATION],
);

export const RESERVATION_OF = graphql(
  `
    query ReservationOf($reservationId: ID!) {
      reservation(reservationId: $reservationId) { ...ReservationFields }
    }
  `,
  [RESERVATION],
);

/** What one may still have of a pool, and what the exchange takes of a sale. */
export const BUYER_ROOM = graphql(`
  query BuyerRoom($poolId: ID!, $window: WindowInput!) {
    buyerRoom(poolId: $poolId, window: $window) { quantity growsAt lotSize }
    exchangeFee
  }
`);

export const CHAIN_OF_TITLE = graphql(`
  query ChainOfTitle($reservationId: ID!) {
    chainOfTitle(reservationId: $reservationId) {
      hop
      fromId
      toId
      quantity
      movedAt
      event { version hash }
      nameplate { openedAt event { version hash } }
      reservationId
      window { start end }
    }
  }
`);

export const CANCELLATION_QUOTE = graphql(`
  query CancellationQuote($reservationId: ID!) {
    cancellationQuote(reservationId: $reservationId) { fee feeShare refund }
  }
`);

export const RESERVE = graphql(
  `
    mutation Reserve($key: IdempotencyKey!, $input: ReserveInput!) {
      answer: reserve(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on ReserveSuccess { reservation { reservationId amount expiresAt } }
      }
    }
  `,
  [REFUSAL],
);

export const PAY = graphql(
  `
    mutation Pay($key: IdempotencyKey!, $input: PayReservationInput!) {
      answer: payReservation(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on PayReservationSuccess { reservationId walletBalance }
      }
    }
  `,
  [REFUSAL],
);

export const RELEASE = graphql(
  `
    mutation Release($key: IdempotencyKey!, $input: ReleaseHoldInput!) {
      answer: releaseHold(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on ReleaseHoldSuccess { reservationId }
      }
    }
  `,
  [REFUSAL],
);

export const RESELL = graphql(
  `
    mutation Resell($key: IdempotencyKey!, $input: ResellReservationInput!) {
      answer: resellReservation(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on ResellReservationSuccess { listing { listingId } }
      }
    }
  `,
  [REFUSAL],
);

export const CREATE_LISTING = graphql(
  `
    mutation CreateListing($key: IdempotencyKey!, $input: CreateListingInput!) {
      answer: createListing(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on CreateListingSuccess { listing { listingId } }
      }
    }
  `,
  [REFUSAL],
);

export const WITHDRAW = graphql(
  `
    mutation Withdraw($key: IdempotencyKey!, $input: WithdrawListingInput!) {
      answer: withdrawListing(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on WithdrawListingSuccess { listingId }
      }
    }
  `,
  [REFUSAL],
);

export const CANCEL = graphql(
  `
    mutation Cancel($key: IdempotencyKey!, $input: CancelReservationInput!) {
      answer: cancelReservation(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on CancelReservationSuccess { fee refund }
      }
    }
  `,
  [REFUSAL],
);

export type ListingsAsked = VariablesOf<typeof LISTINGS>;
export type MarketSummary = ResultOf<typeof MARKET_SUMMARIES>['markets']['edges'][number]['node'];
export type Listing = ResultOf<typeof LISTING>;
export type Reservation = ResultOf<typeof RESERVATION>;
export type ChainLink = NonNullable<ResultOf<typeof CHAIN_OF_TITLE>['chainOfTitle']>[number];
