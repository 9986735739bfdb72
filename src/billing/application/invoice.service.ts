import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { toExecuteRequest } from '../../eventstore/command-context.js';
import { DefinitionRegistry } from '../../eventstore/definition-registry.js';
import { streamId } from '../../eventstore/event.js';
import { PostgresEventStore } from '../../eventstore/postgres-event-store.js';
import type { Outcome } from '../../eventstore/stream-definition.js';
import { Streams } from '../../eventstore/streams.js';
import { SubscriptionRegistry } from '../../eventstore/subscription-registry.js';
import { commandOf, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import { microUsd, type MicroUsd } from '../../kernel/money.js';
import { endOfMonth, monthOf, type Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { CLOCK } from '../../platform/platform.module.js';
import { chargeOf, type ChargeKind } from '../model/charge.js';
import { totalsOf, type InvoiceLine, type InvoiceRejection } from '../model/invoice-register.js';
import { invoiceProjection } from '../projection/invoice.projection.js';
import { INVOICE_REGISTER, invoiceDefinition } from './invoice.definition.js';
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

const PAGE = 2_000;

@Injectable()
export class InvoiceService implements OnModuleInit {
  constructor(
    private readonly streams: Streams,
    private readonly store: PostgresEventStore,
    private readonly definitions: DefinitionRegistry,
    private readonly subscriptions: SubscriptionRegistry,
    private readonly ledger: LedgerService,
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.definitions.add(invoiceDefinition);
    this.subscriptions.addProjection(invoiceProjection);
  }

  /** The issued invoice of a month, or a draft of what is booked until now. */
  async find(organizationId: OrganizationId, monthStart: Instant): Promise<InvoiceView> {
    const month = monthOf(monthStart);
    const issued = await this.database.invoice.findUnique({
      where: { organizationId_month: { organizationId, month } },
    });
    if (issued !== null) {
      const { lines, charges, credits, number } = issued;
      const kept = lines as unknown as readonly KeptLine[];
      const totals = { charges: microUsd(charges), credits: microUsd(credits) };
      const issuedAt = issued.issuedAt.getTime() as Instant;
      return { number, month, ...totals, lines: kept.map(revive), issuedAt };
    }
    const lines = await this.linesOf(organizationId, month);
    return { number: null, month, ...totalsOf(lines), lines, issuedAt: null };
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
    const lines = await this.linesOf(organizationId, month);
    const context = commandOf(caller, 'issueInvoice', idempotencyKey, { month });
    const facts = { organizationId, month, lines, isUnsettled, now };
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
  private async linesOf(organizationId: OrganizationId, month: string): Promise<InvoiceLine[]> {
    const stream = streamId('ledger', organizationId);
    const lines: InvoiceLine[] = [];
    for (let version = 0; ; ) {
      const events = await this.store.readStream(stream, version, PAGE);
      for (const recorded of events) {
        const charge = chargeOf(ledgerCodec.decode(recorded), recorded.occurredAt);
        if (charge?.month !== month) continue;
        const { month: _month, ...line } = charge;
        lines.push({ ...line, postedAt: recorded.occurredAt });
      }
      version = events.at(-1)?.version ?? version;
      if (events.length < PAGE) return lines;
    }
  }
}

interface KeptLine {
  readonly kind: ChargeKind;
  readonly reservationId: ReservationId;
  readonly amount: string;
  readonly served: InvoiceLine['served'];
  readonly postedAt: Instant;
}

const revive = (line: KeptLine): InvoiceLine => ({ ...line, amount: microUsd(BigInt(line.amount)) });


