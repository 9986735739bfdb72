import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

export const WEBHOOK_ENDPOINTS = graphql(`
  query WebhookEndpoints {
    webhookEndpoints(first: 100) {
      edges { node { endpointId url description kinds createdAt failingSince disabledAt disabledBecause previousSecretUntil } }
    }
  }
`);
export type WebhookEndpoint = ResultOf<typeof WEBHOOK_ENDPOINTS>['webhookEndpoints']['edges'][number]['node'];
export type WebhookKind = WebhookEndpoint['kinds'][number];

export const CREATE_WEBHOOK_ENDPOINT = graphql(
  `
    mutation CreateWebhookEndpoint($key: IdempotencyKey!, $input: CreateWebhookEndpointInput!) {
      answer: createWebhookEndpoint(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on CreateWebhookEndpointSuccess { secret endpoint { endpointId url } }
      }
    }
  `,
  [REFUSAL],
);

export const UPDATE_WEBHOOK_ENDPOINT = graphql(
  `
    mutation UpdateWebhookEndpoint($key: IdempotencyKey!, $input: UpdateWebhookEndpointInput!) {
      answer: updateWebhookEndpoint(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on UpdateWebhookEndpointSuccess { endpoint { endpointId url disabledAt } }
      }
    }
  `,
  [REFUSAL],
);

export const DELETE_WEBHOOK_ENDPOINT = graphql(
  `
    mutation DeleteWebhookEndpoint($key: IdempotencyKey!, $input: WebhookEndpointInput!) {
      answer: deleteWebhookEndpoint(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on DeleteWebhookEndpointSuccess { endpointId }
      }
    }
  `,
  [REFUSAL],
);

export const ROTATE_WEBHOOK_SECRET = graphql(
  `
    mutation RotateWebhookSecret($key: IdempotencyKey!, $input: WebhookEndpointInput!) {
      answer: rotateWebhookSecret(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on RotateWebhookSecretSuccess { secret endpoint { endpointId previousSecretUntil } }
      }
    }
  `,
  [REFUSAL],
);

export const SEND_TEST_EVENT = graphql(
  `
    mutation SendTestEvent($key: IdempotencyKey!, $input: WebhookEndpointInput!) {
      answer: sendTestEvent(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on SendTestEventSuccess { delivery { deliveryId } }
      }
    }
  `,
  [REFUSAL],
);

export const RESEND_DELIVERY = graphql(
  `
    mutation ResendDelivery($key: IdempotencyKey!, $input: ResendDeliveryInput!) {
      answer: resendDelivery(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on ResendDeliverySuccess { delivery { deliveryId } }
      }
    }
  `,
  [REFUSAL],
);

export const WEBHOOK_DELIVERIES = graphql(`
  query WebhookDeliveries($after: String) {
    webhookDeliveries(after: $after, first: 20) {
      edges {
        node {
          deliveryId endpointId eventId kind status createdAt nextAttemptAt
          attempts { number at durationMs responseStatus failure }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);
export type WebhookDelivery = ResultOf<typeof WEBHOOK_DELIVERIES>['webhookDeliveries']['edges'][number]['node'];

export const NOTICE_SETTINGS = graphql(`
  query NoticeSettings {
    noticeSettings { kind isOn }
  }
`);
export type NoticeSetting = ResultOf<typeof NOTICE_SETTINGS>['noticeSettings'][number];

export const SET_NOTICE = graphql(
  `
    mutation SetNotice($key: IdempotencyKey!, $input: SetNoticeInput!) {
      answer: setNotice(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on SetNoticeSuccess { setting { kind isOn } }
      }
    }
  `,
  [REFUSAL],
);
