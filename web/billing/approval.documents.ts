import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

const APPROVAL = graphql(`
  fragment ApprovalFields on Approval {
    approvalId status requestedBy amount orderId quoteId askedReservationIds
    bid { kind marketId quantity limitPrice window { start end } }
    requestedAt expiresAt decidedBy note decidedAt reservationIds
  }
`);

export const WAITING_APPROVALS = graphql(
  `
    query WaitingApprovals($after: String) {
      approvals(status: PENDING, after: $after, first: 100) {
        edges { node { ...ApprovalFields } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [APPROVAL],
);

export const RECENT_APPROVALS = graphql(
  `
    query RecentApprovals {
      approvals(first: 100) { edges { node { ...ApprovalFields } } }
    }
  `,
  [APPROVAL],
);

/** What a hold that waits for its money is of. */
export const HELD = graphql(`
  query Held($reservationId: ID!) {
    reservation(reservationId: $reservationId) { marketId quantity amount status window { start end } }
  }
`);

export const QUOTED = graphql(`
  query Quoted($quoteId: ID!) {
    quote(quoteId: $quoteId) { marketId quantity amount status window { start end } }
  }
`);

export const APPROVE = graphql(
  `
    mutation ApprovePurchase($key: IdempotencyKey!, $input: DecidePurchaseInput!) {
      answer: approvePurchase(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on ApprovePurchaseSuccess { reservationIds orderId lapsed walletBalance }
      }
    }
  `,
  [REFUSAL],
);

export const REFUSE = graphql(
  `
    mutation RefusePurchase($key: IdempotencyKey!, $input: DecidePurchaseInput!) {
      answer: refusePurchase(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on RefusePurchaseSuccess { approvalId }
      }
    }
  `,
  [REFUSAL],
);

export type Approval = ResultOf<typeof RECENT_APPROVALS>['approvals']['edges'][number]['node'];
