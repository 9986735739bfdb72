import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { systemContext, toExecuteRequest, type CommandContext } from '../../eventstore/command-context.js';
import { DefinitionRegistry } from '../../eventstore/definition-registry.js';
import type { LogPosition } from '../../eventstore/event.js';
import { PostgresEventStore } from '../../eventstore/postgres-event-store.js';
import type { JsonOf, Outcome } from '../../eventstore/stream-definition.js';
import { Streams } from '../../eventstore/streams.js';
import { SubscriptionRegistry } from '../../eventstore/subscription-registry.js';
import { commandOf, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { assert, present } from '../../kernel/assert.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { ZERO_USD, type MicroUsd } from '../../kernel/money.js';
import { endOfMonth, monthOf, plus, type Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK } from '../../platform/platform.module.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { GRACE_PERIOD, isInvoice, readAfter, startOf, type Closing } from '../model/closing.js';
import { billedOf, drawnOf } from '../model/controls/credit-line.rules.js';
import {
  linesOf,
  totalsOf,
  invoiceDecider,
  type InvoiceCommand,
  type InvoiceRejection,
  type IssueInvoice,
} from '../model/invoice-register.js';
import { INVOICE_LAYOUT, type FixedParties, type InvoiceEvent, type InvoiceIssued, type InvoiceLayout, type InvoiceLine, type MonthClosed } from '../model/invoice-register.events.js';
import { closingsOf, closingsWith, voidedAt, voidedOf, type InvoiceRegister } from '../model/invoice-register.state.js';
import { partOf, type LinesPart, type PlacedLine } from '../model/lines-part.js';
import type { MonthFacts } from '../model/month-close.decide.js';
import { PAYMENT_TERM_DAYS, termsOn, type PaymentTerms } from '../model/payment-terms.js';
import type { InvoiceTax } from '../model/tax/invoice-tax.js';
import { invoiceLineProjection } from '../projection/invoice-line.projection.js';
import { invoiceProjection } from '../projection/invoice.projection.js';
import { PartyService } from './documents/party.service.js';
import { INVOICE_REGISTER, INVOICE_STREAM, invoiceCodec, invoiceDefinition, type InvoiceAnswer } from './invoice.definition.js';
import { closeMonthJob } from './ledger.definition.js';
import { LedgerService } from './ledger.service.js';
import { bookPages, booksOf, chargesIn, isUnsettled } from './month-books.js';
import { taxAudit } from './tax/tax.audit.js';
import { TaxService } from './tax/tax.service.js';

/** An invoice as it stands: a draft has no number and may still change. */
export interface InvoiceView {
  readonly number: string | null;
  readonly month: string;
  readonly charges: MicroUsd;
  readonly credits: MicroUsd;
  readonly lines: readonly InvoiceLine[];
  readonly issuedAt: Instant | null;
  readonly dueAt: Instant | null;
  /** What of it was drawn on the credit line; of a draft nothing is yet. */
  readonly onCreditLine: MicroUsd;
  /** Null: none was determined; of a draft none is yet. */
  readonly tax: InvoiceTax | null;
  readonly layout: InvoiceLayout;
}

/** What stands at a month. */
export interface MonthView extends InvoiceView {
  /** When it was closed without an invoice; null: it has one, or is open. */
  readonly closedAt: Instant | null;
}

/** An invoice that was issued, and where the log says so. */
export interface IssuedInvoice {
  readonly invoice: InvoiceIssued;
  readonly place: LogPosition;
}

export type InvoiceOutcome = Outcome<InvoiceAnswer, InvoiceRejection>;
type Untimed<Command> = Command extends unknown ? Omit<Command, 'now'> : never;

@Injectable()
export class InvoiceService implements OnModuleInit {
  constructor(
    private readonly streams: Streams,
    private readonly store: PostgresEventStore,
    private readonly definitions: DefinitionRegistry,
    private readonly subscriptions: SubscriptionRegistry,
    private readonly jobs: JobRegistry,
    private readonly ledger: LedgerService,
    @Inject(TaxService) private readonly taxes: TaxService,
    @Inject(PartyService) private readonly parties: PartyService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.definitions.add(invoiceDefinition);
    this.definitions.addAudit(taxAudit);
    this.subscriptions.addProjection(invoiceProjection);
    this.subscriptions.addProjection(invoiceLineProjection);
    this.jobs.register(closeMonthJob, ({ organizationId, month }) =>
      this.close(organizationId as OrganizationId, month),
    );
  }

  /** Of the issued invoice of a month; null: it has none. */
  async numberOf(organizationId: OrganizationId, monthStart: Instant): Promise<string | null> {
    const month = monthOf(monthStart);
    return (await this.closings(organizationId)).find((one) => one.month === month)?.number ?? null;
  }

  /** The issued invoice of a month, or a draft of what is booked until now; of a month that was closed without one nothing is. */
  async find(organizationId: OrganizationId, monthStart: Instant): Promise<MonthView> {
    const month = monthOf(monthStart);
    const closings = await this.closings(organizationId);
    const closing = closings.find((one) => one.month === month) ?? null;
    if (closing !== null && isInvoice(closing)) return { ...(await this.issued(closing)).invoice, closedAt: null };
    const charges = closing === null ? (await booksOf(this.store, organizationId, [month, closings])).charges : [];
    const lines = linesOf(month, charges, closings);
    return { number: null, month, ...totalsOf(lines), lines, issuedAt: null, closedAt: closing?.issuedAt ?? null, dueAt: null, onCreditLine: ZERO_USD, tax: null, layout: INVOICE_LAYOUT };
  }

  /** Some of the lines that {@link find} has. Of a draft no more of the books is read than they take. */
  async lines(organizationId: OrganizationId, monthStart: Instant, part: LinesPart): Promise<readonly PlacedLine<InvoiceLine>[]> {
    const month = monthOf(monthStart);
    const closings = await this.closings(organizationId);
    const closing = closings.find((one) => one.month === month);
    if (closing !== undefined) return isInvoice(closing) ? partOf((await this.issued(closing)).invoice.lines, part) : [];
    const from = Math.max(part.after, readAfter(month, closings));
    const lines: InvoiceLine[] = [];
    for await (const events of bookPages(this.store, organizationId, from)) {
      lines.push(...linesOf(month, chargesIn(events, month), closings));
      if (lines.length >= part.limit) break;
    }
    return partOf(lines, part);
  }

  /** Months of an organization that are closed, with everything that any process has committed. */
  closings(organizationId: OrganizationId): Promise<readonly Closing[]> {
    return this.read((register) => closingsOf(register, organizationId));
  }

  /** An issued invoice of the organization's by its number, also one that is void; null: there is none. */
  async findByNumber(organizationId: OrganizationId, number: string): Promise<InvoiceIssued | null> {
    const closing = (await this.read((register) => closingsWith(register, organizationId, number)))?.find((one) => one.number === number);
    return closing === undefined ? null : (await this.issued(closing)).invoice;
  }

  read<View>(view: (register: InvoiceRegister) => View): Promise<View> {
    return this.streams.read(invoiceDefinition, INVOICE_REGISTER, view);
  }

  /** Each invoice is an event of the register, at the place that its closing names. */
  async issued(closing: Pick<Closing, 'number' | 'place'>): Promise<IssuedInvoice> {
    const { event: invoice, place } = await this.placed(closing);
    assert(invoice.type === 'InvoiceIssued' && invoice.number === closing.number, `invoice ${closing.number} is not where it should be`);
    return { invoice, place };
  }

  /** The same of a month that was closed without one. */
  async closed(closing: Closing): Promise<MonthClosed> {
    const { event } = await this.placed(closing);
    assert(event.type === 'MonthClosed' && event.month === closing.month, `the closing of ${closing.month} is not where it should be`);
    return event;
  }

  private async placed({ place }: Pick<Closing, 'place'>): Promise<{ readonly event: InvoiceEvent; readonly place: LogPosition }> {
    const [found] = await this.store.readStream(INVOICE_STREAM, place - 1, 1);
    const recorded = present(found, `version ${place} of the register`);
    const { transactionId, position } = recorded;
    return { event: invoiceCodec.decode(recorded), place: { transactionId, position } };
  }

  /** What a key was answered with before; null when it is new. */
  recall(context: CommandContext): Promise<InvoiceOutcome | null> {
    return this.streams.recall<InvoiceAnswer, InvoiceRejection>(context);
  }

  /** Closes a month: what is on the invoice then never changes. */
  async issue(
    caller: AuthenticatedPrincipal,
    monthStart: Instant,
    idempotencyKey: string,
  ): Promise<InvoiceOutcome> {
    const month = monthOf(monthStart);
    const context = commandOf(caller, 'issueInvoice', idempotencyKey, { month });
    return this.execute(await this.issueOf(caller.organizationId, monthStart), context);
  }

  /** Decides and commits one command on the register. */
  execute(command: Untimed<InvoiceCommand>, context: CommandContext): Promise<InvoiceOutcome> {
    const now = this.clock.now();
    const request = toExecuteRequest(context, { ...command, now } as InvoiceCommand, now);
    return this.streams.execute(invoiceDefinition, INVOICE_REGISTER, request);
  }

  /**
   * The grace period is over. Asked again for as long as something is not settled: under a key for each
   * look, so that an answer that was given too early is not given for ever.
   */
  private async close(organizationId: OrganizationId, month: string): Promise<void> {
    if (await this.isReopened(organizationId, month)) return;
    const context = systemContext('close-month', `${organizationId} ${month} ${this.clock.now()}`);
    const outcome = await this.execute(await this.issueOf(organizationId, startOf(month)), context);
    if (!outcome.accepted && isForNow(outcome.rejection)) {
      throw new Error(`${month} is not settled yet: the job is tried again`);
    }
  }

  /** Whoever made an invoice void has a grace period to mend what was wrong; a look at its end is planned. */
  private async isReopened(organizationId: OrganizationId, month: string): Promise<boolean> {
    const since = await this.read((register) => voidedAt(register, organizationId, month));
    return since !== null && this.clock.now() < plus(since, GRACE_PERIOD);
  }

  private async issueOf(
    organizationId: OrganizationId,
    monthStart: Instant,
  ): Promise<Omit<IssueInvoice, 'now'>> {
    const month = monthOf(monthStart);
    const facts = await this.factsOf(organizationId, month);
    const creditLine = await this.creditLineOf(organizationId);
    return this.taxed({ type: 'IssueInvoice', ...facts, creditLine, tax: { kind: 'off' } });
  }

  /** What is known of a month as it is closed, with an invoice or without. */
  async factsOf(organizationId: OrganizationId, month: string): Promise<MonthFacts> {
    const endsAt = endOfMonth(startOf(month));
    const awaited = await this.ledger.read(organizationId, (books) => isUnsettled(books, endsAt));
    const books = await booksOf(this.store, organizationId, [month, await this.closings(organizationId)]);
    // Before the tax, which is of whom the document names: what they say of themselves meanwhile is on later ones.
    const parties = await this.parties.fix(organizationId);
    return { organizationId, month, ...books, isUnsettled: awaited, parties };
  }

  /** Tax is determined for what would be issued now, and for nothing that would not. */
  private async taxed(command: Omit<IssueInvoice, 'now'> & { readonly parties: FixedParties }): Promise<Omit<IssueInvoice, 'now'>> {
    const { organizationId, month } = command;
    const { decision, edition } = await this.read((register) => ({
      decision: invoiceDecider.decide({ ...command, now: this.clock.now() }, register),
      edition: voidedOf(register, organizationId, month),
    }));
    const [draft] = decision.accepted ? decision.events : [];
    if (draft?.type !== 'InvoiceIssued') return command;
    const customer = await this.parties.customerOf(command.parties);
    return { ...command, tax: await this.taxes.of({ organizationId, month, lines: draft.lines, customer, edition }) };
  }

  /** On which terms a month would be, closed now. */
  async draftTerms(organizationId: OrganizationId): Promise<PaymentTerms> {
    return termsOn(await this.creditLineOf(organizationId));
  }

  /** What was drawn is due as agreed, also when there is no line any more: then as any other invoice. */
  private creditLineOf(organizationId: OrganizationId): Promise<IssueInvoice['creditLine']> {
    return this.ledger.read(organizationId, (books) => {
      const { creditLine, bills } = books.controls;
      const unbilled = (drawnOf(books) - billedOf(bills)) as MicroUsd;
      if (creditLine === null && unbilled === 0n) return null;
      return { termDays: creditLine?.termDays ?? PAYMENT_TERM_DAYS, unbilled };
    });
  }
}

/** What passes by itself; what waits for its tax is closed when that is there. */
function isForNow(rejection: JsonOf<InvoiceRejection>): boolean {
  return rejection.code === 'NOT_SETTLED' || (rejection.code === 'WAITING_FOR_TAX' && rejection.reason === 'DRAFT_CHANGED');
}
