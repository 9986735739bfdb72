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
