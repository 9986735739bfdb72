import type { ResultOf, VariablesOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

export const STAND_IN = graphql(`
  query StripeStandIn {
    stripeStandIn {
      isAnswering operations isHolding eventsWaiting
      faults { operation effect status when left }
      events { eventId type subject state attempts createdAt }
      waitingPayments { paymentId organizationId amount state createdAt }
      paidPayments { paymentId organizationId amount createdAt }
      disputes { disputeId paymentId amount state isOpen }
      refunds { refundId paymentId amount state }
      accounts { accountId organizationId isPayable needs }
    }
  }
`);

export const FAIL_STAND_IN = graphql(
  `
    mutation FailStandIn($key: IdempotencyKey!, $input: FailStandInInput!) {
      answer: failStandIn(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on FailStandInSuccess { standIn { isAnswering } }
      }
    }
  `,
  [REFUSAL],
);

export const CLEAR_FAULTS = graphql(
  `
    mutation ClearStandInFaults($key: IdempotencyKey!) {
      answer: clearStandInFaults(idempotencyKey: $key) {
        __typename
        ...Refusal
        ... on ClearStandInFaultsSuccess { standIn { isAnswering } }
      }
    }
  `,
  [REFUSAL],
);

export const FINISH_PAYMENT = graphql(
  `
    mutation FinishStandInPayment($key: IdempotencyKey!, $input: FinishStandInPaymentInput!) {
      answer: finishStandInPayment(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on FinishStandInPaymentSuccess { standIn { isAnswering } }
      }
    }
  `,
  [REFUSAL],
);

export const HAPPEN = graphql(
  `
    mutation HappenAtStandIn($key: IdempotencyKey!, $input: HappenAtStandInInput!) {
      answer: happenAtStandIn(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on HappenAtStandInSuccess { standIn { isAnswering } }
      }
    }
  `,
  [REFUSAL],
);

export const HOLD_EVENTS = graphql(
  `
    mutation HoldStandInEvents($key: IdempotencyKey!) {
      answer: holdStandInEvents(idempotencyKey: $key) {
        __typename
        ...Refusal
        ... on HoldStandInEventsSuccess { standIn { isAnswering } }
      }
    }
  `,
  [REFUSAL],
);

export const RELEASE_EVENTS = graphql(
  `
    mutation ReleaseStandInEvents($key: IdempotencyKey!, $input: ReleaseStandInEventsInput!) {
      answer: releaseStandInEvents(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on ReleaseStandInEventsSuccess { standIn { isAnswering } }
      }
    }
  `,
  [REFUSAL],
);

export const RESEND_EVENT = graphql(
  `
    mutation ResendStandInEvent($key: IdempotencyKey!, $input: ResendStandInEventInput!) {
      answer: resendStandInEvent(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on ResendStandInEventSuccess { standIn { isAnswering } }
      }
    }
  `,
  [REFUSAL],
);

export type StandIn = ResultOf<typeof STAND_IN>['stripeStandIn'];
export type Fault = StandIn['faults'][number];
export type StandInEvent = StandIn['events'][number];
export type FaultInput = VariablesOf<typeof FAIL_STAND_IN>['input'];
export type Happening = VariablesOf<typeof HAPPEN>['input']['happening'];
export type Order = NonNullable<VariablesOf<typeof RELEASE_EVENTS>['input']['order']>;
