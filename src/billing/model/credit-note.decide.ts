import { assert, present } from '../../kernel/assert.js';
import { accept, reject } from '../../kernel/decider.js';
import type { ReservationId } from '../../kernel/ids.js';
import { microUsd, ZERO_USD, type MicroUsd } from '../../kernel/money.js';
import type { Instant } from '../../kernel/time.js';
import { leftOf } from './creditable.js';
import { numberIn } from './document-number.js';
import type { AskedCreditNote, CreditNoteIssued, FixedParties } from './invoice-register.events.js';
import type { InvoiceDecision } from './invoice-register.rejections.js';
import type { InvoiceRegister, Standing } from './invoice-register.state.js';
import { returnedTax, soldPart, type SoldBy } from './tax/invoice-tax.js';

/** At once, by what is known of the charge here: to see what a note would be. */
export interface IssueCreditNote {
  readonly type: 'IssueCreditNote';
  readonly invoiceNumber: string;
  readonly reservationId: ReservationId;
  readonly amount: MicroUsd;
  readonly reason: string;
  /** All that the invoice charged for the reservation. */
  readonly charged: MicroUsd;
  /** What service credits gave back of that, also when they are booked later. */
  readonly serviceCredits: MicroUsd;
  /** What of its charges was sold. */
  readonly sold: SoldBy;
  /** Null where nothing is issued: to see what would be. */
  readonly parties: FixedParties | null;
  readonly now: Instant;
}

/** To be finished once its customer's books have set it aside. */
export interface AskCreditNote extends Omit<AskedCreditNote, 'organizationId'> {
  readonly type: 'AskCreditNote';
  readonly now: Instant;
}

/** Its customer's books have answered. */
export interface FinishCreditNote {
  readonly type: 'FinishCreditNote';
  readonly requestId: string;
  /** What is left, where that is too little; null: it is set aside. */
  readonly available: MicroUsd | null;
  readonly now: Instant;
}

/** A dispute about counts was conceded; its customer's books have set aside what the invoice charged too much by that. */
export interface NoteConcededCount extends Omit<Noted, 'parties'> {
  readonly type: 'NoteConcededCount';
  /** The rated hour that says what is due. */
  readonly settles: string;
  readonly parties: FixedParties;
  readonly now: Instant;
}

export type CreditNoteCommand = IssueCreditNote | AskCreditNote | FinishCreditNote | NoteConcededCount;

/** What a note says, whoever decided that so much is left. */
type Noted = Pick<AskedCreditNote, 'invoiceNumber' | 'reservationId' | 'amount' | 'reason' | 'sold' | 'parties'>;

/** Paid or not: what was charged too much is given back, and with service credits never more than was charged. */
export function issueCreditNote(command: IssueCreditNote, register: InvoiceRegister): InvoiceDecision {
  const { invoiceNumber, reservationId, amount } = command;
  assert(amount > 0n, `a credit note of ${amount}`);
  const found = creditableIn(register, invoiceNumber);
  if ('code' in found) return reject(found);
  const available = leftOf(command, found.credited.get(reservationId) ?? ZERO_USD);
  if (amount > available) return reject({ code: 'CREDIT_TOO_HIGH', available });
  return accept(noteOf(command, found, { requestId: null, settles: null, register, now: command.now }));
}

/** Whether so much is left is not asked here: service credits stand in other books. */
export function askCreditNote({ type: _type, now: askedAt, ...asked }: AskCreditNote, register: InvoiceRegister): InvoiceDecision {
  assert(asked.amount > 0n, `a credit note of ${asked.amount}`);
  const found = creditableIn(register, asked.invoiceNumber);
  if ('code' in found) return reject(found);
  return accept({ type: 'CreditNoteAsked', ...asked, organizationId: found.organizationId, askedAt });
}

export function finishCreditNote({ requestId, available, now }: FinishCreditNote, register: InvoiceRegister): InvoiceDecision {
  const asked = present(register.asked.get(requestId), `credit note ${requestId}, which is asked for`);
  const { invoiceNumber: number, organizationId } = asked;
  if (available !== null) return accept({ type: 'CreditNoteRefused', requestId, number, organizationId, available, refusedAt: now });
  const found = present(register.invoices.get(number), `invoice ${number}`);
  return accept(noteOf(asked, found, { requestId, settles: null, register, now }));
}

/** How much is left was asked in its customer's books, which have given it back already. */
export function noteConcededCount(command: NoteConcededCount, register: InvoiceRegister): InvoiceDecision {
  const found = creditableIn(register, command.invoiceNumber);
  if ('code' in found) return reject(found);
  return accept(noteOf(command, found, { requestId: null, settles: command.settles, register, now: command.now }));
}

/** A note for the invoice is on its way. */
export function isAsked({ asked }: Pick<InvoiceRegister, 'asked'>, number: string): boolean {
  return [...asked.values()].some(({ invoiceNumber }) => invoiceNumber === number);
}

export function creditNoteIssued(standing: Standing, { reservationId, amount, tax }: CreditNoteIssued): void {
  standing.creditedSold = microUsd(standing.creditedSold + (tax?.sold ?? 0n));
  const before = standing.credited.get(reservationId) ?? ZERO_USD;
  standing.credited.set(reservationId, microUsd(before + amount));
}

function creditableIn({ invoices }: InvoiceRegister, number: string): Standing | { readonly code: 'INVOICE_NOT_FOUND' | 'INVOICE_VOID' } {
  const found = invoices.get(number);
  if (found === undefined) return { code: 'INVOICE_NOT_FOUND' };
  return found.status === 'void' ? { code: 'INVOICE_VOID' } : found;
}

function noteOf(
  { invoiceNumber, reservationId, amount, reason, sold, parties }: Noted,
  found: Standing,
  { requestId, settles, register, now }: { readonly requestId: string | null; readonly settles: string | null; readonly register: InvoiceRegister; readonly now: Instant },
): CreditNoteIssued {
  const number = numberIn(register.series, 'CN', now);
  const { organizationId, tax: whole, creditedSold: before } = found;
  const after = microUsd(before + soldNow(found, { reservationId, amount, sold }));
  const tax = whole === null ? null : returnedTax(whole, sold.invoice, { before, after });
  const facts = { number, requestId, invoiceNumber, organizationId, reservationId, amount, tax, reason, settles };
  return { type: 'CreditNoteIssued', ...facts, parties, issuedAt: now };
}

/** What of a note bears tax: what was sold for the reservation goes back before what else was charged. */
function soldNow({ credited }: Standing, { reservationId, amount, sold }: Pick<Noted, 'reservationId' | 'amount' | 'sold'>): bigint {
  const before = credited.get(reservationId) ?? ZERO_USD;
  return soldPart(microUsd(before + amount), sold) - soldPart(before, sold);
}
