import type { ResultOf } from 'gql.tada';
import { graphql } from './graphql.js';

/** What a rejection says, and of what it offers what a form can take over. */
export const REFUSAL = graphql(`
  fragment Refusal on Rejection {
    __typename
    code
    message
    ... on ValidationRejection { issues { field reason accepted } }
    ... on WindowRejection { accepted { start end } earliestStart }
    ... on CapacityRejection { available }
    ... on ExtensionRejection { longest: until priceOfAll: unitPrice }
    ... on NoAddressRejection { whose }
    ... on LotRejection { below above }
    ... on InsufficientFundsRejection { balance due }
    ... on ResaleTermsRejection { unitPriceMax }
    ... on VerdictNotPossibleRejection { possible: accepted }
    ... on StripeSaysOtherwiseRejection { failureCode }
  }
`);

export type Refusal = ResultOf<typeof REFUSAL>;
export type Issue = Extract<Refusal, { __typename: 'ValidationRejection' }>['issues'][number];
