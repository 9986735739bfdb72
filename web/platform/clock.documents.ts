import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

export const CLOCK = graphql(`
  query Clock {
    clock { now isSimulated }
  }
`);

export const ADVANCE_CLOCK = graphql(
  `
    mutation AdvanceClock($key: IdempotencyKey!, $input: AdvanceClockInput!) {
      answer: advanceClock(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on AdvanceClockSuccess { clock { now isSimulated } }
      }
    }
  `,
  [REFUSAL],
);
