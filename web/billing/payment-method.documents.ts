import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

export const PAYMENT_METHODS = graphql(`
  query PaymentMethods {
    paymentMethods(first: 50) {
      edges { node { paymentMethodId type brand last4 expiryMonth expiryYear status isDefault } }
    }
    autoTopUp { paymentMethodId threshold amount perDayMax state failureCode until }
  }
`);

export const CARD_MONEY = graphql(`
  query CardMoney {
    topUpHistory(first: 50) {
      edges { node { topUpId amount status createdAt } }
    }
    topUpRefunds(first: 50) {
      edges { node { refundId topUpId amount status reservedAt } }
    }
    paymentDisputes(first: 50) {
      edges { node { disputeId amount reason status openedAt evidenceDueAt } }
    }
  }
`);

export const START_CARD_CHECKOUT = graphql(
  `
    mutation StartCardCheckout($key: IdempotencyKey!, $input: StartCardCheckoutInput!) {
      answer: startCardCheckout(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on StartCardCheckoutSuccess { url }
      }
    }
  `,
  [REFUSAL],
);

export const MAKE_DEFAULT = graphql(
  `
    mutation MakeDefault($key: IdempotencyKey!, $input: PaymentMethodInput!) {
      answer: makeDefaultPaymentMethod(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on MakeDefaultPaymentMethodSuccess { paymentMethod { paymentMethodId } }
      }
    }
  `,
  [REFUSAL],
);

export const REMOVE_METHOD = graphql(
  `
    mutation RemoveMethod($key: IdempotencyKey!, $input: PaymentMethodInput!) {
      answer: removePaymentMethod(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on RemovePaymentMethodSuccess { paymentMethod { paymentMethodId } }
      }
    }
  `,
  [REFUSAL],
);

export const SET_AUTO_TOP_UP = graphql(
  `
    mutation SetAutoTopUp($key: IdempotencyKey!, $input: SetAutoTopUpInput!) {
      answer: setAutoTopUp(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on SetAutoTopUpSuccess { autoTopUp { state } }
      }
    }
  `,
  [REFUSAL],
);

/** Takes no input, and is never refused. */
export const REMOVE_AUTO_TOP_UP = graphql(`
  mutation RemoveAutoTopUp($key: IdempotencyKey!) {
    answer: removeAutoTopUp(idempotencyKey: $key) {
      __typename
      ... on RemoveAutoTopUpSuccess { wasSet }
    }
  }
`);

export const REFUND_TOP_UP = graphql(
  `
    mutation RefundTopUp($key: IdempotencyKey!, $input: RefundTopUpInput!) {
      answer: refundTopUp(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on RefundTopUpSuccess { refundId }
      }
    }
  `,
  [REFUSAL],
);

export type Methods = ResultOf<typeof PAYMENT_METHODS>;
export type Method = Methods['paymentMethods']['edges'][number]['node'];
export type AutoTopUp = NonNullable<Methods['autoTopUp']>;
export type CardMoney = ResultOf<typeof CARD_MONEY>;
export type CardTopUp = CardMoney['topUpHistory']['edges'][number]['node'];
export type Refund = CardMoney['topUpRefunds']['edges'][number]['node'];
export type Dispute = CardMoney['paymentDisputes']['edges'][number]['node'];
