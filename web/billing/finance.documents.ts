import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

const LEDGER_ENTRY = graphql(`
  fragment LedgerEntryFields on LedgerEntry {
    version
    line
    kind
    account
    amount
    balance
    reservationId
    orderId
    postedAt
  }
`);

export const LEDGER_ENTRIES = graphql(
  `
    query LedgerEntries($account: String, $month: String, $reservationId: ID, $after: String) {
      ledgerEntries(account: $account, month: $month, reservationId: $reservationId, after: $after, first: 100) {
        edges { node { ...LedgerEntryFields } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [LEDGER_ENTRY],
);

export const LEDGER_TRANSACTION = graphql(
  `
    query LedgerTransaction($version: Int!) {
      ledgerTransaction(version: $version) {
        stream
        version
        eventType
        eventHash
        occurredAt
        actor
        cause
        entries { ...LedgerEntryFields }
      }
    }
  `,
  [LEDGER_ENTRY],
);

export const INVOICE = graphql(`
  query Invoice($month: String!) {
    invoice(month: $month) {
      number
      month
      charges
      credits
      issuedAt
      closedAt
      dueAt
      taxAmount
      total
      taxes { jurisdiction taxType percentage taxable amount reason }
      waitingForTax { reason message }
      totals { kind count amount }
      overage { tokenClass tier count amount credited }
    }
  }
`);

export const INVOICE_DOCUMENT = graphql(`
  query InvoiceDocument($number: ID!) {
    invoiceDocument(number: $number) {
      number
      month
      charges
      credits
      tax
      status
      issuedAt
      voidedAt
      voidReason
      replacedBy
    }
  }
`);

/** Of a month, or of a number. */
export const INVOICE_LINES = graphql(`
  query InvoiceLines($month: String, $number: ID, $after: String) {
    invoiceLines(month: $month, number: $number, after: $after, first: 100) {
      edges { node { kind reservationId amount postedAt version evidence served { start end } parts { tokenClass tier tokens weight amount } } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const INVOICES = graphql(`
  query Invoices($after: String) {
    invoices(after: $after, first: 100) {
      edges { node { number month charges credits status issuedAt dueAt paidAt voidedAt } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const CREDIT_NOTES = graphql(`
  query CreditNotes($invoiceNumber: ID, $after: String) {
    creditNotes(invoiceNumber: $invoiceNumber, after: $after, first: 100) {
      edges { node { number invoiceNumber month reservationId amount tax reason issuedAt } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

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

/** What of a reservation was used while a line's capacity was served. */
export const USAGE_BEHIND = graphql(`
  query UsageBehind($reservationId: ID!, $window: WindowInput!) {
    usageRollups(reservationId: $reservationId, window: $window, grain: HOUR, first: 100) {
      edges { node { start model events inputTokens cachedInputTokens outputTokens reasoningTokens } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

/** How the hours of a reservation were judged in a window. */
export const SERVICE_BEHIND = graphql(`
  query ServiceBehind($reservationId: ID!, $window: WindowInput!) {
    serviceHours(reservationId: $reservationId, window: $window, first: 100) {
      edges { node { hour verdict creditShare credit evidenceId sketchDigest misses { objective missedBy } } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export type LedgerEntry = ResultOf<typeof LEDGER_ENTRY>;
export type LedgerTransaction = NonNullable<ResultOf<typeof LEDGER_TRANSACTION>['ledgerTransaction']>;
export type Invoice = ResultOf<typeof INVOICE>['invoice'];
export type InvoiceLine = ResultOf<typeof INVOICE_LINES>['invoiceLines']['edges'][number]['node'];
export type InvoiceDocument = NonNullable<ResultOf<typeof INVOICE_DOCUMENT>['invoiceDocument']>;
export type InvoiceHead = ResultOf<typeof INVOICES>['invoices']['edges'][number]['node'];
export type CreditNote = ResultOf<typeof CREDIT_NOTES>['creditNotes']['edges'][number]['node'];
export type UsedHour = ResultOf<typeof USAGE_BEHIND>['usageRollups']['edges'][number]['node'];
export type JudgedHour = ResultOf<typeof SERVICE_BEHIND>['serviceHours']['edges'][number]['node'];
