import { Inject, Injectable } from '@nestjs/common';
import type { JsonOf } from '../../eventstore/stream-definition.js';
import { OrganizationDirectory } from '../../identity/contract.js';
import { assert } from '../../kernel/assert.js';
import type { Decision } from '../../kernel/decider.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import { microUsd, ZERO_USD, type MicroUsd } from '../../kernel/money.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK } from '../../platform/platform.module.js';
import type { Closing } from '../model/closing.js';
import { outstanding } from '../model/controls/credit-line.rules.js';
import { limitNamed } from '../model/credit-limit.js';
import type { IssueCreditNote } from '../model/credit-note.decide.js';
import { creditableBy, soldBy, type Creditable } from '../model/creditable.js';
import type { CreditNoteIssued, InvoiceIssued, InvoiceLine } from '../model/invoice-register.events.js';
import { invoiceDecider, type InvoiceRejection } from '../model/invoice-register.js';
import { closingsOf, type InvoiceRegister } from '../model/invoice-register.state.js';
import type { LedgerCommand, ReceiveTransfer } from '../model/ledger.commands.js';
import { ledgerDecider } from '../model/ledger.decide.js';
import type { CreditCharged, LedgerEvent } from '../model/ledger.events.js';
import type { Posting } from '../model/posting.js';
import { BooksQueries } from '../projection/books.queries.js';
import { InvoiceQueries } from '../projection/invoice.queries.js';
import { InvoiceService } from './invoice.service.js';
import { LedgerService } from './ledger.service.js';

/** What a credit note is asked for with. */
export interface CreditNoteRequest {
  readonly invoiceNumber: string;
  readonly reservationId: ReservationId;
  readonly amount: MicroUsd;
  readonly reason: string;
}

/** One event of the books, as it would be posted now. */
export interface PreviewedTransaction {
  readonly kind: LedgerEvent['type'];
  readonly entries: readonly Posting[];
}

export interface CreditNotePreview {
  readonly number: string;
  /** What of the invoice's tax is given back beside it. */
  readonly tax: MicroUsd;
  /** What can be paid at once; the rest is owed to the customer. */
  readonly paid: MicroUsd;
  readonly owed: MicroUsd;
  readonly issuer: readonly PreviewedTransaction[];
  readonly customer: readonly PreviewedTransaction[];
}

export interface VoidInvoicePreview {
  readonly number: string;
  readonly month: string;
  /** What of the credit line would be due with a later invoice instead. */
  readonly noLongerDue: MicroUsd;
  /** What is given back of tax, or owed no more. */
  readonly tax: MicroUsd;
}

export type Previewed<Preview> =
  | { readonly accepted: true; readonly preview: Preview }
  | { readonly accepted: false; readonly rejection: JsonOf<InvoiceRejection> };

const NEVER_CHARGED = { charged: ZERO_USD, serviceCredits: ZERO_USD };

/** What the issuer may do to an invoice, decided by the same rules and not done. */
@Injectable()
export class InvoicePreviewService {
  constructor(
    @Inject(InvoiceService) private readonly invoices: InvoiceService,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(OrganizationDirectory) private readonly directory: OrganizationDirectory,
    @Inject(InvoiceQueries) private readonly queries: InvoiceQueries,
    @Inject(BooksQueries) private readonly books: BooksQueries,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * What was charged is read from the invoice itself, which never changes; what service credits gave back since, from the
   * customer's books, where they count it, else from the read model, which is a moment behind. Null: there is no such invoice.
   */
  async creditNoteOf(request: CreditNoteRequest): Promise<Omit<IssueCreditNote, 'now'> | null> {
    const { invoiceNumber, reservationId } = request;
    const found = await this.charged(invoiceNumber, reservationId);
    if (found === null) return null;
    return { type: 'IssueCreditNote', ...request, ...found.own, sold: soldBy(found.lines, reservationId), parties: null };
  }

  private async charged(invoiceNumber: string, reservationId: ReservationId): Promise<{ readonly lines: readonly InvoiceLine[]; readonly own: Creditable } | null> {
    const { isKnown, closing } = await this.invoices.read((register) => ({
      isKnown: register.invoices.has(invoiceNumber),
      closing: closingNamed(register, invoiceNumber),
    }));
    if (!isKnown) return null;
    // One that is void is refused.
    if (closing === null) return { lines: [], own: NEVER_CHARGED };
    const { invoice } = await this.invoices.issued(closing);
    const { lines } = invoice;
    const later = await this.queries.serviceCreditsSince(invoice, lines);
    const held = await this.books.held(invoice.organizationId, [reservationId]);
    const own = creditableBy(lines, later, held).get(reservationId) ?? NEVER_CHARGED;
    return { lines, own: await this.asCounted(invoice, reservationId, own) };
  }

  private async asCounted({ organizationId, number: invoiceNumber }: InvoiceIssued, reservationId: ReservationId, own: Creditable): Promise<Creditable> {
    const limit = await this.ledger.read(organizationId, (books) => limitNamed(books, { invoiceNumber, reservationId }));
    if (limit?.isCounted !== true) return own;
    const serviceCredits = own.charged - limit.givenBack - limit.left;
    return { ...own, serviceCredits: microUsd(serviceCredits > 0n ? serviceCredits : 0n) };
  }

  async creditNote(request: CreditNoteRequest): Promise<Previewed<CreditNotePreview>> {
    const untimed = await this.creditNoteOf(request);
    if (untimed === null) return { accepted: false, rejection: { code: 'INVOICE_NOT_FOUND' } };
    const command = { ...untimed, now: this.clock.now() };
    const decision = await this.invoices.read((register) => invoiceDecider.decide(command, register));
    if (!decision.accepted) return { accepted: false, rejection: asKept(decision.rejection) };
    const [note] = decision.events;
    assert(note?.type === 'CreditNoteIssued', 'a credit note is issued');
    return { accepted: true, preview: await this.payment(note) };
  }

  async voiding(number: string): Promise<Previewed<VoidInvoicePreview>> {
    const command = { type: 'VoidInvoice', number, reason: '', now: this.clock.now() } as const;
    const decided = await this.invoices.read((register) => {
      const decision = invoiceDecider.decide(command, register);
      const standing = register.invoices.get(number);
      return { decision, month: standing?.month ?? '', tax: standing?.tax?.amount ?? ZERO_USD };
    });
    if (!decided.decision.accepted) return { accepted: false, rejection: asKept(decided.decision.rejection) };
    const [event] = decided.decision.events;
    assert(event?.type === 'InvoiceVoided', 'an invoice is made void');
    const bill = await this.ledger.read(event.organizationId, ({ controls }) =>
      controls.bills.find(({ invoiceNumber }) => invoiceNumber === number),
    );
    const noLongerDue = bill === undefined ? ZERO_USD : outstanding(bill);
    return { accepted: true, preview: { number, month: decided.month, noLongerDue, tax: decided.tax } };
  }

  /** From the exchange's books into the customer's, as the note would be paid at this instant. */
  private async payment(note: CreditNoteIssued): Promise<CreditNotePreview> {
    const { number, organizationId: toId, reservationId, amount, issuedAt } = note;
    const exchange = await this.directory.platformOrganizationId();
    const credit = { creditId: number, reservationId, toId, hour: issuedAt, amount, evidence: number, parts: [] };
    const sent = await this.decide(exchange, { type: 'ChargeCredit', ...credit, now: issuedAt });
    const charged = sent.find((event): event is CreditCharged => event.type === 'CreditCharged');
    const [transfer] = charged?.transfers ?? [];
    const paid = transfer?.amount ?? ZERO_USD;
    const received: ReceiveTransfer | null =
      transfer === undefined ? null : { type: 'ReceiveTransfer', ...transfer, fromId: exchange, reservationId, now: issuedAt };
    const customer = received === null ? [] : await this.decide(toId, received);
    const owed = microUsd(amount - paid);
    const { tax, returned } = await this.taxBack(note);
    return { number, tax, paid, owed, issuer: sent.map(transactionOf), customer: [...customer, ...returned].map(transactionOf) };
  }

  /** What the note gives back of tax, and what that would do to the customer's books. */
  private async taxBack(note: CreditNoteIssued): Promise<{ readonly tax: MicroUsd; readonly returned: readonly LedgerEvent[] }> {
    const { number: documentNumber, invoiceNumber, organizationId, issuedAt: now } = note;
    const tax = note.tax?.amount ?? ZERO_USD;
    if (tax === 0n) return { tax, returned: [] };
    return { tax, returned: await this.decide(organizationId, { type: 'ReturnTax', documentNumber, invoiceNumber, amount: tax, now }) };
  }

  private async decide(whose: OrganizationId, command: LedgerCommand): Promise<readonly LedgerEvent[]> {
    const decision: Decision<LedgerEvent, unknown> = await this.ledger.read(whose, (books) =>
      ledgerDecider.decide(command, books),
    );
    assert(decision.accepted, `${command.type} is not refused`);
    return decision.events;
  }
}

const transactionOf = ({ type, postings }: LedgerEvent): PreviewedTransaction => ({ kind: type, entries: postings });

function asKept(rejection: InvoiceRejection): JsonOf<InvoiceRejection> {
  return rejection.code === 'CREDIT_TOO_HIGH' ? { ...rejection, available: rejection.available.toString() } : rejection;
}

function closingNamed(
  register: InvoiceRegister,
  number: string,
): Closing | null {
  const standing = register.invoices.get(number);
  if (standing === undefined) return null;
  return closingsOf(register, standing.organizationId).find((one) => one.number === number) ?? null;
}
