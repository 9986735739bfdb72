import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

export const COST_PERIODS = graphql(`
  fragment CostPeriods on TotalCost {
    periods {
      months
      amount
      perMillionTokens
      usefulTokens
      onDemand { name amount perMillionTokens saving breakEvenUtilization }
    }
  }
`);

export const PLAN = graphql(
  `
    query Plan($input: PlanInput!) {
      answer: plan(input: $input) {
        __typename
        ...Refusal
        ... on InfeasiblePlanRejection { inTheWay firstUncoveredAt demanded availableThen: available missing window { start end } }
        ... on Plan {
          amount
          isOptimal
          fills { listingId marketId poolId providerId quantity unitPrice amount window { start end } }
          providers { providerId amount share }
          totalCost { ...CostPeriods }
        }
      }
    }
  `,
  [REFUSAL, COST_PERIODS],
);

export const HOLD_PLAN = graphql(
  `
    mutation HoldPlan($key: IdempotencyKey!, $input: HoldPlanInput!) {
      answer: holdPlan(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on HoldPlanSuccess { reservations { reservationId amount } }
      }
    }
  `,
  [REFUSAL],
);

export const PAY_ALL = graphql(
  `
    mutation PayAll($key: IdempotencyKey!, $input: PayReservationsInput!) {
      answer: payReservations(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on PayReservationsSuccess { reservationIds walletBalance }
      }
    }
  `,
  [REFUSAL],
);

export const TOTAL_COST = graphql(
  `
    query TotalCost($input: TotalCostInput!) {
      answer: totalCostOfOwnership(input: $input) {
        __typename
        ...Refusal
        ...CostPeriods
      }
    }
  `,
  [REFUSAL, COST_PERIODS],
);

export type PlanAnswer = ResultOf<typeof PLAN>['answer'];
export type Plan = Extract<ResultOf<typeof PLAN>['answer'], { __typename: 'Plan' }>;
export type PlanFill = Plan['fills'][number];
export type InfeasiblePlan = Extract<ResultOf<typeof PLAN>['answer'], { __typename: 'InfeasiblePlanRejection' }>;
export type TotalCost = Extract<ResultOf<typeof TOTAL_COST>['answer'], { __typename: 'TotalCost' }>;
