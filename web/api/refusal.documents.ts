import type { ResultOf } from 'gql.tada';
import { graphql } from './graphql.js';

/** Everything a rejection may say, for every mutation. */
export const REFUSAL = graphql(`
  fragment Refusal on Rejection {
    __typename
    code
    message
    ... on ValidationRejection { issues { field reason accepted } }
    ... on WindowRejection { accepted { start end } earliestStart }
    ... on CapacityRejection { available }
    ... on ResaleTermsRejection { hopsMax listableFrom unitPriceMax }
    ... on AmountTooLargeRejection { amountMax }
    ... on InsufficientFundsRejection { balance due }
    ... on FeeChangedRejection { fee }
    ... on InvoiceRejection { number endsAt }
  }
`);

export type Refusal = ResultOf<typeof REFUSAL>;
export type Issue = Extract<Refusal, { __typename: 'ValidationRejection' }>['issues'][number];
