import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

const EXPORT = graphql(`
  fragment StatementFields on Export {
    exportId
    dataset
    format
    month
    status
    isFinal
    bytes
    failure
    fileName
    requestedAt
    rowsDone
    rowsExpected
    download { path expiresAt }
  }
`);

export const STATEMENTS = graphql(
  `
    query Statements($after: String) {
      exports(after: $after, first: 20) {
        edges { node { ...StatementFields } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [EXPORT],
);

export const REQUEST_STATEMENT = graphql(
  `
    mutation RequestStatement($key: IdempotencyKey!, $input: RequestExportInput!) {
      answer: requestExport(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on RequestExportSuccess { export { exportId } }
      }
    }
  `,
  [REFUSAL],
);

export type Statement = ResultOf<typeof EXPORT>;
