import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

const EXPORT = graphql(`
  fragment ExportFields on Export {
    exportId
    dataset
    format
    month
    status
    isFinal
    invoiceNumber
    closedAt
    fileName
    bytes
    sha256
    failure
    notes
    rowsDone
    rowsExpected
    requestedAt
    finishedAt
  }
`);

export const EXPORTS = graphql(
  `
    query Exports($after: String) {
      exports(after: $after, first: 100) {
        edges { node { ...ExportFields } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [EXPORT],
);

/** A link of its own for each who asks: it is good for a while, for whoever has it. */
export const EXPORT_LINK = graphql(`
  query ExportLink($exportId: ID!) {
    export(exportId: $exportId) { download { path expiresAt } }
  }
`);

export const REQUEST_EXPORT = graphql(
  `
    mutation RequestExport($key: IdempotencyKey!, $input: RequestExportInput!) {
      answer: requestExport(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on RequestExportSuccess { export { exportId } }
      }
    }
  `,
  [REFUSAL],
);

export type Export = ResultOf<typeof EXPORT>;
