import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

export const ISSUED_INVOICES = graphql(`
  query IssuedInvoices($organizationId: ID, $after: String) {
    issuedInvoices(organizationId: $organizationId, after: $after, first: 100) {
      edges { node { number month organizationId organizationName charges credits tax status issuedAt } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const ISSUED_INVOICE = graphql(`
  query IssuedInvoice($number: ID!) {
    issuedInvoice(number: $number) {
      number
      month
      organizationId
      organizationName
      charges
      credits
      tax
      onCreditLine
      status
      issuedAt
      dueAt
      paidAt
      voidedAt
      voidReason
      reservations { reservationId charged serviceCredits givenBack available }
      creditNotes { number reservationId amount tax reason issuedAt }
    }
  }
`);

export const VOID_PREVIEW = graphql(
  `
    query VoidInvoicePreview($input: VoidInvoiceInput!) {
      answer: voidInvoicePreview(input: $input) {
        __typename
        ...Refusal
        ... on VoidInvoicePreview { number month noLongerDue tax }
      }
    }
  `,
  [REFUSAL],
);

export const VOID_INVOICE = graphql(
  `
    mutation VoidInvoice($key: IdempotencyKey!, $input: VoidInvoiceInput!) {
      answer: voidInvoice(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on VoidInvoiceSuccess { number }
      }
    }
  `,
  [REFUSAL],
);

export const CREDIT_NOTE_PREVIEW = graphql(
  `
    query CreditNotePreview($input: IssueCreditNoteInput!) {
      answer: creditNotePreview(input: $input) {
        __typename
        ...Refusal
        ... on InvoiceRejection { left: available }
        ... on CreditNotePreview {
          number
          paid
          owed
          issuer { kind entries { account amount balance } }
          customer { kind entries { account amount balance } }
        }
      }
    }
  `,
  [REFUSAL],
);

export const ISSUE_CREDIT_NOTE = graphql(
  `
    mutation IssueCreditNote($key: IdempotencyKey!, $input: IssueCreditNoteInput!) {
      answer: issueCreditNote(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on IssueCreditNoteSuccess { number }
      }
    }
  `,
  [REFUSAL],
);

export type IssuedHead = ResultOf<typeof ISSUED_INVOICES>['issuedInvoices']['edges'][number]['node'];
export type IssuedInvoice = NonNullable<ResultOf<typeof ISSUED_INVOICE>['issuedInvoice']>;
export type Invoiced = IssuedInvoice['reservations'][number];
export type IssuedNote = IssuedInvoice['creditNotes'][number];
type NoteAnswer = ResultOf<typeof CREDIT_NOTE_PREVIEW>['answer'];
export type NotePreview = Extract<NoteAnswer, { __typename: 'CreditNotePreview' }>;
export type VoidPreview = Extract<ResultOf<typeof VOID_PREVIEW>['answer'], { __typename: 'VoidInvoicePreview' }>;
