import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

export const WALLET = graphql(`
  query Wallet {
    wallet { balance reserved inEscrow owed }
  }
`);

export const LEDGER_ENTRIES = graphql(`
  query LedgerEntries($after: String) {
    ledgerEntries(after: $after, first: 20) {
      edges { node { version line kind account amount balance reservationId postedAt } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const TOP_UPS = graphql(`
  query TopUps($after: String) {
    topUpHistory(after: $after, first: 20) {
      edges { node { topUpId amount status failureCode createdAt } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const INVOICE = graphql(`
  query Invoice($month: String!) {
    invoice(month: $month) {
      number
      month
      charges
      credits
      issuedAt
      lines { kind reservationId amount postedAt served { start end } }
    }
  }
`);

export const TOP_UP = graphql(
  `
    mutation TopUp($key: IdempotencyKey!, $input: TopUpWalletInput!) {
      answer: topUpWallet(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on TopUpWalletSuccess { topUp { amount status } }
      }
    }
  `,
  [REFUSAL],
);

export const ISSUE_INVOICE = graphql(
  `
    mutation IssueInvoice($key: IdempotencyKey!, $input: IssueInvoiceInput!) {
      answer: issueInvoice(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on IssueInvoiceSuccess { number }
      }
    }
  `,
  [REFUSAL],
);

export type LedgerEntry = ResultOf<typeof LEDGER_ENTRIES>['ledgerEntries']['edges'][number]['node'];
export type TopUp = ResultOf<typeof TOP_UPS>['topUpHistory']['edges'][number]['node'];
export type Invoice = ResultOf<typeof INVOICE>['invoice'];
