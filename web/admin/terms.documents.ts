import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

const LINE = graphql(`
  fragment LineFields on CreditLine {
    limit
    termDays
    drawn
    unused
    takenBack
    frozenBy
  }
`);

export const CREDIT_LINE_OF = graphql(
  `
    query CreditLineOf($organizationId: ID!) {
      creditLineOf(organizationId: $organizationId) { ...LineFields }
      payoutRule { minimum holdBackDays }
    }
  `,
  [LINE],
);

export const SET_CREDIT_LINE = graphql(
  `
    mutation SetCreditLine($key: IdempotencyKey!, $input: SetCreditLineInput!) {
      answer: setCreditLine(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on SetCreditLineSuccess { creditLine { ...LineFields } }
      }
    }
  `,
  [REFUSAL, LINE],
);

export const WITHDRAW_CREDIT_LINE = graphql(
  `
    mutation WithdrawCreditLine($key: IdempotencyKey!, $input: WithdrawCreditLineInput!) {
      answer: withdrawCreditLine(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on WithdrawCreditLineSuccess { creditLine { ...LineFields } }
      }
    }
  `,
  [REFUSAL, LINE],
);

export const SET_PAYOUT_RULE = graphql(
  `
    mutation SetPayoutRule($key: IdempotencyKey!, $input: SetPayoutRuleInput!) {
      answer: setPayoutRule(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on SetPayoutRuleSuccess { rule { minimum holdBackDays } }
      }
    }
  `,
  [REFUSAL],
);

export type CreditLine = ResultOf<typeof LINE>;
