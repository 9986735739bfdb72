import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

export const SPEND_LIMITS = graphql(`
  query SpendLimits($after: String) {
    spendLimits(after: $after, first: 100) {
      edges { node { subject perOrder perDay perMonth approvalAbove spentToday spentThisMonth } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

/** What only owners and finance see. */
export const CONTROLS = graphql(`
  query Controls {
    budget { amount spentAlerts committedAlerts month spent spentByNoTeam committed told }
    creditLine {
      limit termDays from drawn unused frozenBy
      ages { age amount }
      bills { invoiceNumber amount repaid dueAt }
    }
  }
`);

/** Those of teams, members and keys, and the organization's. */
export const BUDGETS = graphql(`
  query Budgets($after: String) {
    budgets(after: $after, first: 100) {
      edges { node { scope amount spentAlerts committedAlerts month spent committed told } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const CONTROL_CHANGES = graphql(`
  query ControlChanges {
    controlChanges(first: 50) {
      edges { node { version changedAt actor control subject values { name before after } } }
    }
  }
`);

export const SET_SPEND_LIMITS = graphql(
  `
    mutation SetSpendLimits($key: IdempotencyKey!, $input: SetSpendLimitsInput!) {
      answer: setSpendLimits(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on SetSpendLimitsSuccess { subject }
      }
    }
  `,
  [REFUSAL],
);

export const SET_BUDGET = graphql(
  `
    mutation SetBudget($key: IdempotencyKey!, $input: SetBudgetInput!) {
      answer: setBudget(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on SetBudgetSuccess { budget { amount } }
      }
    }
  `,
  [REFUSAL],
);

export type Limits = ResultOf<typeof SPEND_LIMITS>['spendLimits']['edges'][number]['node'];
export type Controls = ResultOf<typeof CONTROLS>;
export type Budget = NonNullable<Controls['budget']>;
export type ScopedBudget = ResultOf<typeof BUDGETS>['budgets']['edges'][number]['node'];
export type CreditLine = Controls['creditLine'];
export type ControlChange = ResultOf<typeof CONTROL_CHANGES>['controlChanges']['edges'][number]['node'];
