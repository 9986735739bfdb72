import { assertNever, present } from '../../kernel/assert.js';
import { accept, reject, type Decider } from '../../kernel/decider.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { microUsd, ZERO_USD, type MicroUsd } from '../../kernel/money.js';
import { DAY_MS, endOfMonth, plus, type Instant } from '../../kernel/time.js';
import { isEarned } from './charge.js';
import { dueOn, isIncomplete, isInvoice, startOf, type BookedCharge, type Closing } from './closing.js';
import { askCreditNote, creditNoteIssued, finishCreditNote, isAsked, issueCreditNote, noteConcededCount, type CreditNoteCommand } from './credit-note.decide.js';
import { nextStatementNumber, numberIn, seriesIn, seriesOf } from './document-number.js';
import { INVOICE_LAYOUT, type FixedParties, type InvoiceEvent, type InvoiceIssued, type InvoiceLine } from './invoice-register.events.js';
import type { InvoiceDecision, InvoiceRejection } from './invoice-register.rejections.js';
import { closeMonth, whyClosed, type CloseMonth, type MonthFacts } from './month-close.decide.js';
import {
  closingsOf,
  emptyRegister,
  type InvoiceRegister,
  type Standing,
} from './invoice-register.state.js';
import { drawnFor, NO_LINE, type UnbilledLine } from './payment-terms.js';
import { isOf, taxItemsOf, type DraftTax, type InvoiceTax, type TaxWait } from './tax/invoice-tax.js';

export type { InvoiceRejection } from './invoice-register.rejections.js';

export interface IssueInvoice extends Omit<MonthFacts, 'parties'> {
  readonly type: 'IssueInvoice';
  /** What of the credit line is drawn and due with no invoice yet; null: there is none, and never was. */
  readonly creditLine: UnbilledLine | null;
  readonly tax: DraftTax;
  /** Null where nothing is issued: to see what would be. */
  readonly parties: FixedParties | null;
  readonly now: Instant;
}

/** The books say that nothing is owed. */
export interface SettleInvoice {
  readonly type: 'SettleInvoice';
  readonly number: string;
  readonly now: Instant;
}

/** It was due and is not paid: said once. */
export interface NoteOverdue {
  readonly type: 'NoteOverdue';
  readonly number: string;
  readonly now: Instant;
}

export interface VoidInvoice {
  readonly type: 'VoidInvoice';
  readonly number: string;
  readonly reason: string;
  readonly now: Instant;
}

export type InvoiceCommand = IssueInvoice | CloseMonth | SettleInvoice | NoteOverdue | VoidInvoice | CreditNoteCommand;

/** What a month's invoice holds, issued now. */
export function linesOf(
  month: string,
  charges: readonly BookedCharge[],
  closings: readonly Closing[],
): readonly InvoiceLine[] {
  return dueOn(month, charges, closings).map(({ month: _month, ...line }) => line);
}

/** Charges and credits of some lines, both as positive amounts. */
export function totalsOf(lines: readonly Pick<InvoiceLine, 'amount'>[]): {
  readonly charges: MicroUsd;
  readonly credits: MicroUsd;
} {
  const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((all, one) => all + one, 0n);
  const amounts = lines.map(({ amount }) => amount as bigint);
  return {
    charges: microUsd(sum(amounts.filter((amount) => amount > 0n))),
    credits: microUsd(-sum(amounts.filter((amount) => amount < 0n))),
  };
}

function decide(command: InvoiceCommand, register: InvoiceRegister): InvoiceDecision {
  switch (command.type) {
    case 'IssueInvoice':
      return issue(command, register);
    case 'CloseMonth':
      return closeMonth(command, register);
    case 'SettleInvoice':
      return settle(command, register);
    case 'NoteOverdue':
      return noteOverdue(command, register);
    case 'VoidInvoice':
      return makeVoid(command, register);
    case 'IssueCreditNote':
      return issueCreditNote(command, register);
    case 'AskCreditNote':
      return askCreditNote(command, register);
    case 'FinishCreditNote':
      return finishCreditNote(command, register);
    case 'NoteConcededCount':
      return noteConcededCount(command, register);
    default:
      return assertNever(command);
  }
}

function issue(command: IssueInvoice, register: InvoiceRegister): InvoiceDecision {
  const { organizationId, month, charges, through, creditLine, now } = command;
  const closings = closingsOf(register, organizationId);
  const closed = whyClosed(closings.find((closing) => closing.month === month));
  if (closed !== null) return reject(closed);
  const endsAt = endOfMonth(startOf(month));
  if (now < endsAt) return reject({ code: 'MONTH_NOT_OVER', endsAt });
  if (isIncomplete(command, closings)) return reject({ code: 'NOT_SETTLED' });
  const lines = linesOf(month, charges, closings);
  if (lines.length === 0) return reject({ code: 'NOTHING_TO_INVOICE' });
  const tax = taxOf(lines, command.tax);
  if (typeof tax === 'string') return reject({ code: 'WAITING_FOR_TAX', reason: tax });
  const number = numberIn(register.series, 'HR', now);
  const totals = totalsOf(lines);
  const facts = { number, organizationId, month, through, ...totals, lines };
  const { termDays, unbilled } = creditLine ?? NO_LINE;
  const dueAt = plus(now, termDays * DAY_MS);
  const onCreditLine = drawnFor(totals, unbilled);
  const statementNumber = lines.some(isEarned) ? nextStatementNumber(organizationId, register.series, now) : null;
  return accept({ type: 'InvoiceIssued', ...facts, issuedAt: now, dueAt, onCreditLine, tax, statementNumber, parties: command.parties, layout: INVOICE_LAYOUT });
}

/** What is charged on top; or why that is not known. Of what is no sale there is none, and nothing is waited for. */
function taxOf(lines: readonly InvoiceLine[], draft: DraftTax): InvoiceTax | TaxWait | null {
  if (draft.kind === 'off' || taxItemsOf(lines).length === 0) return null;
  if (draft.kind === 'waiting') return draft.reason;
  // Another month was closed since, or use came late.
  return isOf(draft.tax, lines) ? draft.tax : 'DRAFT_CHANGED';
}

/** Paid, void or not due yet: there is nothing to say. */
function noteOverdue({ number, now }: NoteOverdue, register: InvoiceRegister): InvoiceDecision {
  const found = open(number, register);
  if ('code' in found || found.isOverdue || found.dueAt === null || found.dueAt > now) return accept();
  const { organizationId, dueAt } = found;
  return accept({ type: 'InvoiceOverdue', number, organizationId, dueAt, notedAt: now });
}

/** A month with more credits than charges is paid as well: what is owed is in the wallet. */
function settle({ number, now }: SettleInvoice, register: InvoiceRegister): InvoiceDecision {
  const found = open(number, register);
  if ('code' in found) return reject(found);
  const { organizationId } = found;
  return accept({ type: 'InvoicePaid', number, organizationId, paidAt: now });
}

function makeVoid({ number, reason, now }: VoidInvoice, register: InvoiceRegister): InvoiceDecision {
  const found = open(number, register);
  if ('code' in found) return reject(found);
  if (found.credited.size > 0 || isAsked(register, number)) return reject({ code: 'INVOICE_CREDITED' });
  const { organizationId } = found;
  // A later one may hold what came too late for this: its charges would be invoiced twice.
  const last = closingsOf(register, organizationId).filter(isInvoice).at(-1);
  if (last !== undefined && last.number !== number) {
    return reject({ code: 'LATER_INVOICE', number: last.number });
  }
  return accept({ type: 'InvoiceVoided', number, organizationId, reason, voidedAt: now });
}

function open(number: string, { invoices }: InvoiceRegister): Standing | InvoiceRejection {
  const found = invoices.get(number);
  if (found === undefined) return { code: 'INVOICE_NOT_FOUND' };
  if (found.status === 'void') return { code: 'INVOICE_VOID' };
  if (found.status === 'paid') return { code: 'INVOICE_PAID' };
  return found;
}

function evolve(register: InvoiceRegister, event: InvoiceEvent): InvoiceRegister {
  register.count += 1;
  switch (event.type) {
    case 'InvoiceIssued': {
      const { organizationId, month, number, through, issuedAt } = event;
      close(register, organizationId, { month, number, issuedAt, through });
      register.invoices.set(number, standingOf(event));
      countNumber(register, number);
      countStatement(register, event);
      return register;
    }
    case 'MonthClosed': {
      const { organizationId, month, through, closedAt } = event;
      close(register, organizationId, { month, number: null, issuedAt: closedAt, through });
      return register;
    }
    case 'InvoicePaid':
      known(register, event.number).status = 'paid';
      return register;
    case 'InvoiceOverdue':
      known(register, event.number).isOverdue = true;
      return register;
    case 'InvoiceVoided': {
      const { organizationId, voidedAt } = event;
      Object.assign(known(register, event.number), { status: 'void', voidedAt });
      // It was the last invoice: none of those before it was made void while it counted.
      const counted = closingsOf(register, organizationId);
      register.voided.set(event.number, counted.slice(0, counted.findIndex(({ number }) => number === event.number) + 1));
      register.closings.set(organizationId, counted.filter(({ number }) => number !== event.number));
      return register;
    }
    case 'CreditNoteAsked': {
      const { type: _type, askedAt: _askedAt, ...asked } = event;
      register.asked.set(asked.requestId, asked);
      return register;
    }
    case 'CreditNoteRefused':
      register.asked.delete(event.requestId);
      return register;
    case 'CreditNoteIssued':
      creditNoteIssued(known(register, event.invoiceNumber), event);
      if (event.requestId !== null) register.asked.delete(event.requestId);
      countNumber(register, event.number);
      return register;
    default:
      return assertNever(event);
  }
}

function close(register: InvoiceRegister, organizationId: OrganizationId, closing: Omit<Closing, 'place'>): void {
  register.closings.set(organizationId, [...closingsOf(register, organizationId), { ...closing, place: register.count }]);
}

function standingOf({ organizationId, month, dueAt, onCreditLine, tax: whole }: InvoiceIssued): Standing {
  const fresh = { status: 'issued' as const, voidedAt: null, isOverdue: false, credited: new Map(), creditedSold: ZERO_USD };
  const tax = whole === null ? null : { amount: whole.amount, items: whole.items };
  return { organizationId, month, dueAt, onCreditLine, tax, ...fresh };
}

function countNumber({ series }: InvoiceRegister, number: string): void {
  const own = seriesIn(number);
  if (own !== null) series.set(own, (series.get(own) ?? 0) + 1);
}

/** That of a void invoice is not given again either. */
function countStatement({ series }: InvoiceRegister, { organizationId, issuedAt, statementNumber }: InvoiceIssued): void {
  if (statementNumber === null) return;
  const own = `${seriesOf('SB', issuedAt)} ${organizationId}`;
  series.set(own, (series.get(own) ?? 0) + 1);
}

const known = ({ invoices }: InvoiceRegister, number: string): Standing =>
  present(invoices.get(number), `invoice ${number}`);

export const invoiceDecider: Decider<InvoiceRegister, InvoiceCommand, InvoiceEvent, InvoiceRejection> = { initialState: emptyRegister, decide, evolve };
