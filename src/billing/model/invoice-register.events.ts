import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import type { Charge } from './charge.js';
import type { InvoiceTax, ReturnedTax, SoldBy } from './tax/invoice-tax.js';

/** A charge as an invoice shows it: with when it was booked. */
export interface InvoiceLine extends Omit<Charge, 'month'> {
  readonly postedAt: Instant;
  /** Of the organization's books; null on invoices from before lines said so. */
  readonly version: number | null;
}

/**
 * Which versions of what both sides say of themselves a document was issued with. What they say is personal, and
 * no part of the log; versions of it are never changed.
 */
export interface FixedParties {
  readonly issuer: string;
  readonly customer: string;
}

/**
 * How an invoice's overage is told. 1: an hour is one line. 2: where it is known, by token class and served tier, also in
 * files, which have columns for them. 3: FOCUS tables have whole seconds, as the specification asks for. 4: FOCUS tells use of
 * parts that teams were handed, and has no commitments of theirs; Contract Commitment has
 * the columns of FOCUS 1.4. 5: FOCUS names its issuer as the invoice does. An invoice keeps the layout that it was issued with.
 */
export type InvoiceLayout = 1 | 2 | 3 | 4 | 5;
/** Of drafts, and of what is issued now. */
export const INVOICE_LAYOUT: InvoiceLayout = 5;

/** Numbers have no gaps, across all organizations: one stream, one order. */
export interface InvoiceIssued {
  readonly type: 'InvoiceIssued';
  readonly number: string;
  readonly organizationId: OrganizationId;
  readonly month: string;
  /** Version of the books up to which they were looked at. */
  readonly through: number;
  /** Sum of the lines above zero. */
  readonly charges: MicroUsd;
  /** Sum of the lines below zero, as a positive amount. */
  readonly credits: MicroUsd;
  readonly lines: readonly InvoiceLine[];
  readonly issuedAt: Instant;
  /** Null on invoices from before there were terms of payment. */
  readonly dueAt: Instant | null;
  /** What of it was drawn on the credit line, and is to be repaid until it is due. */
  readonly onCreditLine: MicroUsd;
  /** On top of the lines; null: none was determined, as before there was any, or where nothing was sold. */
  readonly tax: InvoiceTax | null;
  /**
   * Of the self-billing statement of what was earned: of the organization's own series. Null without
   * earnings, and on invoices from before statements had numbers: these go by the invoice's.
   */
  readonly statementNumber: string | null;
  /** Of the statement as well. Null on invoices from before it was said: these were fixed when first looked at. */
  readonly parties: FixedParties | null;
  readonly layout: InvoiceLayout;
}

/** Nothing is owed any more. */
export interface InvoicePaid {
  readonly type: 'InvoicePaid';
  readonly number: string;
  readonly organizationId: OrganizationId;
  readonly paidAt: Instant;
}

/** It was due and is not paid. */
export interface InvoiceOverdue {
  readonly type: 'InvoiceOverdue';
  readonly number: string;
  readonly organizationId: OrganizationId;
  readonly dueAt: Instant;
  readonly notedAt: Instant;
}

/** It was wrong: its month is open again, and its number is not given again. */
export interface InvoiceVoided {
  readonly type: 'InvoiceVoided';
  readonly number: string;
  readonly organizationId: OrganizationId;
  readonly reason: string;
  readonly voidedAt: Instant;
}

/**
 * Nothing was charged in a month, and nothing can be any more: it is closed without an invoice, and takes no number. It is
 * never opened again.
 */
export interface MonthClosed {
  readonly type: 'MonthClosed';
  readonly organizationId: OrganizationId;
  readonly month: string;
  /** Version of the books up to which they were looked at. */
  readonly through: number;
  /** Version of the books at which the month before was closed; null: it was open. */
  readonly booksAfter: number | null;
  /** Whom its files name. */
  readonly parties: FixedParties;
  readonly layout: InvoiceLayout;
  readonly closedAt: Instant;
}

/** What a credit note is asked for with, and what is known of it then. */
export interface AskedCreditNote {
  /** Names it until it has a number. */
  readonly requestId: string;
  readonly invoiceNumber: string;
  readonly organizationId: OrganizationId;
  readonly reservationId: ReservationId;
  readonly amount: MicroUsd;
  readonly reason: string;
  /** All that the invoice charged for the reservation. */
  readonly charged: MicroUsd;
  /** What of its charges was sold. */
  readonly sold: SoldBy;
  readonly parties: FixedParties | null;
}

/** Somebody asks for a credit note: its customer's books say whether so much is left. Until then the invoice is not made void. */
export interface CreditNoteAsked extends AskedCreditNote {
  readonly type: 'CreditNoteAsked';
  readonly askedAt: Instant;
}

/** Not so much was left. */
export interface CreditNoteRefused {
  readonly type: 'CreditNoteRefused';
  readonly requestId: string;
  /** Of the invoice. */
  readonly number: string;
  readonly organizationId: OrganizationId;
  readonly available: MicroUsd;
  readonly refusedAt: Instant;
}

/** An invoice charged too much for a reservation: the difference is given back. */
export interface CreditNoteIssued {
  readonly type: 'CreditNoteIssued';
  readonly number: string;
  /** Null on notes from before they were asked for first. */
  readonly requestId: string | null;
  readonly invoiceNumber: string;
  readonly organizationId: OrganizationId;
  readonly reservationId: ReservationId;
  readonly amount: MicroUsd;
  /** What of the invoice's tax is given back beside it; null: the invoice has none. */
  readonly tax: ReturnedTax | null;
  readonly reason: string;
  /** The rated hour of a count that was conceded: what it gives back comes from those who were paid too much. Null: the exchange gives it back. */
  readonly settles: string | null;
  readonly issuedAt: Instant;
  /** Null on notes from before it was said. */
  readonly parties: FixedParties | null;
}

export type InvoiceEvent =
  | InvoiceIssued
  | InvoicePaid
  | InvoiceOverdue
  | InvoiceVoided
  | MonthClosed
  | CreditNoteAsked
  | CreditNoteRefused
  | CreditNoteIssued;
