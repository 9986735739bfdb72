import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

// What a holder does with title besides selling it.

export const TRANSFER = graphql(
  `
    mutation Transfer($key: IdempotencyKey!, $input: TransferReservationInput!) {
      answer: transferReservation(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on TransferReservationSuccess { reservation { reservationId } }
      }
    }
  `,
  [REFUSAL],
);

export const OPEN_RESALE_AUCTION = graphql(
  `
    mutation OpenResaleAuction($key: IdempotencyKey!, $input: OpenResaleAuctionInput!) {
      answer: openResaleAuction(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on OpenResaleAuctionSuccess { listing { listingId } }
      }
    }
  `,
  [REFUSAL],
);

export const SET_IDLE_RULE = graphql(
  `
    mutation SetIdleRule($key: IdempotencyKey!, $input: SetIdleRuleInput!) {
      answer: setIdleRule(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on SetIdleRuleSuccess { reservationId }
      }
    }
  `,
  [REFUSAL],
);

export const EXTEND = graphql(
  `
    mutation Extend($key: IdempotencyKey!, $input: ExtendReservationInput!) {
      answer: extendReservation(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on ExtendReservationSuccess { reservations { reservationId amount } }
      }
    }
  `,
  [REFUSAL],
);

export const RETURN_TRANSFER = graphql(
  `
    mutation ReturnTransfer($key: IdempotencyKey!, $input: ReturnTransferInput!) {
      answer: returnTransfer(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on ReturnTransferSuccess { reservationId }
      }
    }
  `,
  [REFUSAL],
);

export const SET_REBOOKING = graphql(
  `
    mutation SetRebooking($key: IdempotencyKey!, $input: SetRebookingInput!) {
      answer: setRebooking(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on SetRebookingSuccess { reservation { reservationId } }
      }
    }
  `,
  [REFUSAL],
);

/** What was bid for by itself in place of what a reservation lost. */
export const REBOOKINGS = graphql(`
  query Rebookings($reservationId: ID!) {
    rebookings(reservationId: $reservationId, first: 20) {
      edges { node { orderId at quantity window { start end } limitPrice status refusal } }
    }
  }
`);

export type Rebooking = ResultOf<typeof REBOOKINGS>['rebookings']['edges'][number]['node'];
