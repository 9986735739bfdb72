import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { toExecuteRequest } from '../../eventstore/command-context.js';
import { DefinitionRegistry } from '../../eventstore/definition-registry.js';
import { streamId } from '../../eventstore/event.js';
import { PostgresEventStore } from '../../eventstore/postgres-event-store.js';
import type { Outcome } from '../../eventstore/stream-definition.js';
import { Streams } from '../../eventstore/streams.js';
import { SubscriptionRegistry } from '../../eventstore/subscription-registry.js';
import { commandOf, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { assert, present } from '../../kernel/assert.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import { endOfMonth, monthOf, type Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK } from '../../platform/platform.module.js';
import { chargeOf } from '../model/charge.js';
import type { BookedCharge, Closing } from '../model/closing.js';
import {
  closingsOf,
  linesOf,
  ordinalOf,
  totalsOf,
  type InvoiceLine,
  type InvoiceRejection,
} from '../model/invoice-register.js';
import { invoiceProjection } from '../projection/invoice.projection.js';
import { INVOICE_REGISTER, invoiceCodec, invoiceDefinition } from './invoice.definition.js';
import { ledgerCodec } from './ledger.codec.js';
import { LedgerService } from './ledger.service.js';

/** An invoice as it stands: a draft has no number and may still change. */
export interface InvoiceView {
  readonly number: string | null;
  readonly month: string;
  readonly charges: MicroUsd;
  readonly credits: MicroUsd;
  readonly lines: readonly InvoiceLine[];
  readonly issuedAt: Instant | null;
}

/** What was charged until the end of a month, and the version of the books it was read from. */
interface Books {
  readonly charges: readonly BookedCharge[];
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
    private readonly ledger: LedgerService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.definitions.add(invoiceDefinition);
    this.subscriptions.addProjection(invoiceProjection);
  }

  /** The issued invoice of a month, or a draft of what is booked until now. */
  async find(organizationId: OrganizationId, monthStart: Instant): Promise<InvoiceView> {
    const month = monthOf(monthStart);
    const closings = await this.streams.read(invoiceDefinition, INVOICE_REGISTER, (register) =>
      closingsOf(register, organizationId),
    );
    const closing = closings.find((one) => one.month === month);
    if (closing !== undefined) return this.issued(closing);
    const { charges } = await this.chargesUntil(organizationId, month);
    const lines = linesOf(month, charges, closings);
    return { number: null, month, ...totalsOf(lines), lines, issuedAt: null };
  }

  /** Each event of the register is one invoice. */
  private async issued({ number }: Closing): Promise<InvoiceView> {
    const stream = streamId(invoiceDefinition.category, INVOICE_REGISTER);
    const [recorded] = await this.store.readStream(stream, ordinalOf(number) - 1, 1);
    const invoice = invoiceCodec.decode(present(recorded, `invoice ${number}`));
    assert(invoice.number === number, `invoice ${number} is not where it should be`);
    return invoice;
  }

  /** Closes a month: what is on the invoice then never changes. */
  async issue(
    caller: AuthenticatedPrincipal,
    monthStart: Instant,
    idempotencyKey: string,
  ): Promise<Outcome<{ readonly number: string }, InvoiceRejection>> {
    const { organizationId } = caller;
    const month = monthOf(monthStart);
    const now = this.clock.now();
    const isUnsettled = await this.isUnsettled(organizationId, endOfMonth(monthStart));
    const books = await this.chargesUntil(organizationId, month);
    const context = commandOf(caller, 'issueInvoice', idempotencyKey, { month });
    const facts = { organizationId, month, ...books, isUnsettled, now };
    const request = toExecuteRequest(context, { type: 'IssueInvoice' as const, ...facts }, now);
    return this.streams.execute(invoiceDefinition, INVOICE_REGISTER, request);
  }

  /** Delivery before an instant that is due and not booked. */
  private isUnsettled(organizationId: OrganizationId, before: Instant): Promise<boolean> {
    return this.ledger.read(organizationId, ({ escrows }) =>
      [...escrows.values()].some(
        ({ window, settledThrough }) => settledThrough < Math.min(window.end, before),
      ),
    );
  }

  /** From the log itself: a read model may be a moment behind, an invoice may not. */
  private async chargesUntil(organizationId: OrganizationId, month: string): Promise<Books> {
    const stream = streamId('ledger', organizationId);
    const charges: BookedCharge[] = [];
    for (let through = 0; ; ) {
      const events = await this.store.readStream(stream, through, PAGE);
      for (const recorded of events) {
        const { version, occurredAt: postedAt } = recorded;
        const charge = chargeOf(ledgerCodec.decode(recorded), postedAt);
        if (charge !== null && charge.month <= month) charges.push({ ...charge, version, postedAt });
      }
      through = events.at(-1)?.version ?? through;
      if (events.length < PAGE) return { charges, through };
    }
  }
}
