import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

export const PAYOUT_ACCOUNT = graphql(`
  query PayoutAccount {
    payoutRule { minimum holdBackDays }
    payoutAccount {
      state
      needs
      disabledReason
      rule { minimum holdBackDays }
      payable
      due
      nextDueAt
      days { earnedOn dueAt amount }
      inFlight
      owed
      bankFailureCode
      bankFailedAt
    }
  }
`);

export const PAYOUTS = graphql(`
  query Payouts($after: String) {
    payouts(after: $after, first: 50) {
      edges { node { payoutId amount reversed state transferId failureReason startedAt } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const PAYOUT_OF = graphql(`
  query PayoutOf($payoutId: ID!) {
    payout(payoutId: $payoutId) {
      payoutId
      amount
      reversed
      state
      transferId
      lines { line kind reservationId returnedPayoutId earnedOn amount }
    }
  }
`);

export const START_ONBOARDING = graphql(
  `
    mutation StartOnboarding($key: IdempotencyKey!, $input: StartPayoutOnboardingInput!) {
      answer: startPayoutOnboarding(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on StartPayoutOnboardingSuccess { url }
      }
    }
  `,
  [REFUSAL],
);

/** Takes no input. */
export const REQUEST_PAYOUT = graphql(
  `
    mutation RequestPayout($key: IdempotencyKey!) {
      answer: requestPayout(idempotencyKey: $key) {
        __typename
        ...Refusal
        ... on RequestPayoutSuccess { payoutId }
      }
    }
  `,
  [REFUSAL],
);

export const SPEND_EARNINGS = graphql(
  `
    mutation SpendEarnings($key: IdempotencyKey!, $input: SpendEarningsInput!) {
      answer: spendEarnings(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on SpendEarningsSuccess { walletBalance }
      }
    }
  `,
  [REFUSAL],
);

export type Told = ResultOf<typeof PAYOUT_ACCOUNT>;
export type PayoutAccount = Told['payoutAccount'];
export type PayableDay = PayoutAccount['days'][number];
export type Payout = ResultOf<typeof PAYOUTS>['payouts']['edges'][number]['node'];
export type PayoutLine = NonNullable<ResultOf<typeof PAYOUT_OF>['payout']>['lines'][number];
