import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { systemContext, toExecuteRequest, type CommandContext } from '../../eventstore/command-context.js';
import { DefinitionRegistry } from '../../eventstore/definition-registry.js';
import { streamId, type LogPosition, type RecordedEvent, type StreamId } from '../../eventstore/event.js';
import { PostgresEventStore } from '../../eventstore/postgres-event-store.js';
import type { JsonOf, Outcome } from '../../eventstore/stream-definition.js';
import { Streams } from '../../eventstore/streams.js';
import { SubscriptionRegistry } from '../../eventstore/subscription-registry.js';
import { commandOf, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { assert, present } from '../../kernel/assert.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { ZERO_USD, type MicroUsd } from '../../kernel/money.js';
import { endOfMonth, monthOf, parseMonth, plus, type Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK } from '../../platform/platform.module.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { chargeOf } from '../model/charge.js';
import { readAfter, type BookedCharge, type Closing } from '../model/closing.js';
import { billedOf, drawnOf } from '../model/controls/credit-line.rules.js';
import {
  linesOf,
  totalsOf,
  invoiceDecider,
  type InvoiceCommand,
  type InvoiceRejection,
  type IssueInvoice,
} from '../model/invoice-register.js';
import { INVOICE_LAYOUT, type FixedParties, type InvoiceIssued, type InvoiceLayout, type InvoiceLine } from '../model/invoice-register.events.js';
import { closingsOf, closingsWith, voidedAt, voidedOf, type InvoiceRegister } from '../model/invoice-register.state.js';
import { partOf, type LinesPart, type PlacedLine } from '../model/lines-part.js';
import { PAYMENT_TERM_DAYS, termsOn, type PaymentTerms } from '../model/payment-terms.js';
import type { InvoiceTax } from '../model/tax/invoice-tax.js';
import { invoiceLineProjection } from '../projection/invoice-line.projection.js';
import { invoiceProjection } from '../projection/invoice.projection.js';
import { PartyService } from './documents/party.service.js';
import { INVOICE_REGISTER, INVOICE_STREAM, invoiceCodec, invoiceDefinition, type InvoiceAnswer } from './invoice.definition.js';
import { ledgerCodec } from './ledger.codec.js';
import { closeMonthJob, GRACE_PERIOD } from './ledger.definition.js';
import { LedgerService } from './ledger.service.js';
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

/** An invoice that was issued, and where the log says so. */
export interface IssuedInvoice {
  readonly invoice: InvoiceIssued;
  readonly place: LogPosition;
}

export type InvoiceOutcome = Outcome<InvoiceAnswer, InvoiceRejection>;
type Untimed<Command> = Command extends unknown ? Omit<Command, 'now'> : never;

/** What was charged until the end of a month, and the versions of the books it was read between. */
interface Books {
  readonly charges: readonly BookedCharge[];
  readonly after: number;
  readonly through: number;
}

const PAGE = 2_000;

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

  /** Of the issued invoice of a month; null: it is a draft. */
  async numberOf(organizationId: OrganizationId, monthStart: Instant): Promise<string | null> {
    const month = monthOf(monthStart);
    return (await this.closings(organizationId)).find((one) => one.month === month)?.number ?? null;
  }

  /** The issued invoice of a month, or a draft of what is booked until now. */
  async find(organizationId: OrganizationId, monthStart: Instant): Promise<InvoiceView> {
    const month = monthOf(monthStart);
    const closings = await this.closings(organizationId);
    const closing = closings.find((one) => one.month === month);
    if (closing !== undefined) return (await this.issued(closing)).invoice;
    const { charges } = await this.chargesUntil(organizationId, month, closings);
    const lines = linesOf(month, charges, closings);
    return { number: null, month, ...totalsOf(lines), lines, issuedAt: null, dueAt: null, onCreditLine: ZERO_USD, tax: null, layout: INVOICE_LAYOUT };
  }

  /** Some of the lines that {@link find} has. Of a draft no more of the books is read than they take. */
  async lines(organizationId: OrganizationId, monthStart: Instant, part: LinesPart): Promise<readonly PlacedLine<InvoiceLine>[]> {
    const month = monthOf(monthStart);
    const closings = await this.closings(organizationId);
    const closing = closings.find((one) => one.month === month);
    if (closing !== undefined) return partOf((await this.issued(closing)).invoice.lines, part);
    const from = Math.max(part.after, readAfter(month, closings));
    const lines: InvoiceLine[] = [];
    for await (const events of this.pages(streamId('ledger', organizationId), from)) {
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
  async issued({ number, place }: Pick<Closing, 'number' | 'place'>): Promise<IssuedInvoice> {
    const [recorded] = await this.store.readStream(INVOICE_STREAM, place - 1, 1);
    const { transactionId, position } = present(recorded, `invoice ${number}`);
    const invoice = invoiceCodec.decode(present(recorded, `invoice ${number}`));
    assert(
      invoice.type === 'InvoiceIssued' && invoice.number === number,
      `invoice ${number} is not where it should be`,
    );
    return { invoice, place: { transactionId, position } };
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
    const start = parseMonth(month);
    assert(start.ok, `${month} is no month`);
    if (await this.isReopened(organizationId, month)) return;
    const context = systemContext('close-month', `${organizationId} ${month} ${this.clock.now()}`);
    const outcome = await this.execute(await this.issueOf(organizationId, start.value), context);
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
    const isUnsettled = await this.isUnsettled(organizationId, endOfMonth(monthStart));
    const books = await this.chargesUntil(organizationId, month, await this.closings(organizationId));
    const creditLine = await this.creditLineOf(organizationId);
    // Before the tax, which is of whom the document names: what they say of themselves meanwhile is on later ones.
    const parties = await this.parties.fix(organizationId);
    return this.taxed({ type: 'IssueInvoice', organizationId, month, ...books, isUnsettled, creditLine, tax: { kind: 'off' }, parties });
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

  /** Delivery before an instant that is due and not booked. */
  private isUnsettled(organizationId: OrganizationId, before: Instant): Promise<boolean> {
    return this.ledger.read(organizationId, ({ escrows }) =>
      [...escrows.values()].some(
        ({ window, settledThrough }) => settledThrough < Math.min(window.end, before),
      ),
    );
  }

  /**
   * From the log itself: a read model may be a moment behind, an invoice may not. What earlier invoices were
   * read from is not read again.
   */
  private async chargesUntil(
    organizationId: OrganizationId,
    month: string,
    closings: readonly Closing[],
  ): Promise<Books> {
    const stream = streamId('ledger', organizationId);
    const charges: BookedCharge[] = [];
    const after = readAfter(month, closings);
    let through = after;
    for await (const events of this.pages(stream, after)) {
      charges.push(...chargesIn(events, month));
      through = events.at(-1)?.version ?? through;
    }
    return { charges, after, through };
  }

  private async *pages(stream: StreamId, after: number): AsyncGenerator<readonly RecordedEvent[]> {
    for (let through = after; ; ) {
      const events = await this.store.readStream(stream, through, PAGE);
      yield events;
      through = events.at(-1)?.version ?? through;
      if (events.length < PAGE) return;
    }
  }
}

/** What some events of the books charged until the end of a month. */
function chargesIn(events: readonly RecordedEvent[], until: string): readonly BookedCharge[] {
  return events.flatMap((recorded) => {
    const { version, occurredAt: postedAt } = recorded;
    const charge = chargeOf(ledgerCodec.decode(recorded), postedAt);
    return charge === null || charge.month > until ? [] : [{ ...charge, version, postedAt }];
  });
}

/** What passes by itself; what waits for its tax is closed when that is there. */
function isForNow(rejection: JsonOf<InvoiceRejection>): boolean {
  return rejection.code === 'NOT_SETTLED' || (rejection.code === 'WAITING_FOR_TAX' && rejection.reason === 'DRAFT_CHANGED');
}
