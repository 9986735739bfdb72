import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { decodeShared } from '../../../eventstore/event-codec.js';
import { categoryOf, type RecordedEvent } from '../../../eventstore/event.js';
import { SubscriptionRegistry } from '../../../eventstore/subscription-registry.js';
import { assertNever } from '../../../kernel/assert.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import type { Clock } from '../../../platform/clock/clock.js';
import type { Settings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/prisma.js';
import type { Transaction } from '../../../platform/idempotency/idempotency.js';
import { CLOCK, SETTINGS } from '../../../platform/platform.module.js';
import type { StripeInvoice } from '../../../platform/prisma/generated/client.js';
import type { CreditNoteIssued, InvoiceEvent, InvoiceIssued } from '../../model/invoice-register.events.js';
import type { StripeCallKind } from '../../model/stripe-call.js';
import { creditedCents, mirrorOf, type MirroredState } from '../../model/stripe-invoice.js';
import { CustomerService } from '../customer.service.js';
import { invoiceCodec } from '../invoice.definition.js';
import { callIdOf, StripeCallService } from '../stripe-call.service.js';

type Changed = Pick<StripeInvoice, 'status'> | Pick<StripeInvoice, 'credited'>;

/** What one event asks of Stripe. */
interface Step {
  readonly kind: StripeCallKind;
  readonly subject: string;
  readonly params: object;
}

/**
 * Has what becomes of invoices done at Stripe, too. Reads the log from its start, so that who switches it
 * on gets the whole history. An event plans one call, which names the one before it: in the order of the log.
 */
@Injectable()
export class InvoiceMirror implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(StripeCallService) private readonly calls: StripeCallService,
    @Inject(CustomerService) private readonly customers: CustomerService,
    @Inject(SubscriptionRegistry) private readonly subscriptions: SubscriptionRegistry,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    if (!this.settings.STRIPE_MIRROR_INVOICES) return;
    const handle = (events: readonly RecordedEvent[]): Promise<boolean> => this.handle(events);
    this.subscriptions.add({ name: 'stripe-invoices', kind: 'commands', handle });
  }

  /** The same events may come again, also to two processes at once. */
  async handle(events: readonly RecordedEvent[]): Promise<boolean> {
    const own = events.filter(({ stream }) => categoryOf(stream) === 'invoice');
    for (const recorded of own) await this.follow(decodeShared(invoiceCodec, recorded), BigInt(recorded.version));
    return own.length > 0;
  }

  private async follow(event: InvoiceEvent, version: bigint): Promise<void> {
    switch (event.type) {
      case 'InvoiceIssued':
        return this.begin(event, version);
      case 'InvoicePaid':
        return this.end(event.number, version, 'paid');
      case 'InvoiceVoided':
        return this.end(event.number, version, 'void');
      case 'CreditNoteIssued':
        return this.credit(event, version);
      case 'InvoiceOverdue':
      case 'MonthClosed':
      case 'CreditNoteAsked':
      case 'CreditNoteRefused':
        return;
      default:
        return assertNever(event);
    }
  }

  private async begin({ number, organizationId, lines, issuedAt, tax }: InvoiceIssued, version: bigint): Promise<void> {
    const customerId = (await this.customers.find(organizationId))?.customerId ?? null;
    const mirrored = mirrorOf(lines, tax);
    if (customerId === null || mirrored === null) return;
    const { totalCents, items } = mirrored;
    const shown = items.map(({ cents, ...item }) => ({ ...item, cents: cents.toString() }));
    const params = { invoiceNumber: number, customerId, issuedAt, items: shown };
    const at = { issuedAt: new Date(issuedAt), updatedAt: new Date(this.clock.now()) };
    const lastCallId = callIdOf('create_invoice', organizationId, number);
    const data = { number, organizationId, customerId, totalCents, credited: 0n, status: 'open', version, lastCallId, ...at };
    await this.database.$transaction(async (transaction) => {
      await transaction.stripeInvoice.createMany({ data, skipDuplicates: true });
      await this.calls.plan(transaction, 'create_invoice', { organizationId, subject: number, params });
    });
  }

  private end(number: string, version: bigint, status: Exclude<MirroredState, 'open'>): Promise<void> {
    const kind = status === 'paid' ? 'pay_invoice' : 'void_invoice';
    return this.next(number, version, () => [{ status }, { kind, subject: number, params: {} }]);
  }

  private credit({ number: creditNumber, invoiceNumber, amount, tax }: CreditNoteIssued, version: bigint): Promise<void> {
    return this.next(invoiceNumber, version, ({ totalCents, credited: before }) => {
      const credited = before + amount + (tax?.amount ?? 0n);
      const cents = creditedCents(totalCents, credited) - creditedCents(totalCents, before);
      const params = { creditNumber, cents: cents.toString() };
      return [{ credited }, cents === 0n ? null : { kind: 'create_credit_note', subject: creditNumber, params }];
    });
  }

  /** What else becomes of an invoice that is made there; of any other nothing does. */
  private async next(
    number: string,
    version: bigint,
    decide: (row: StripeInvoice) => readonly [Changed, Step | null],
  ): Promise<void> {
    await this.database.$transaction(async (transaction) => {
      const where = { number, version: { lt: version } };
      const { count } = await transaction.stripeInvoice.updateMany({ where, data: { version } });
      if (count === 0) return;
      const row = await transaction.stripeInvoice.findUniqueOrThrow({ where: { number } });
      const [changed, step] = decide(row);
      const lastCallId = step === null ? row.lastCallId : await this.plan(transaction, row, step);
      const data = { ...changed, lastCallId, updatedAt: new Date(this.clock.now()) };
      await transaction.stripeInvoice.update({ where: { number }, data });
    });
  }

  private plan(transaction: Transaction, row: StripeInvoice, { kind, subject, params }: Step): Promise<string> {
    const { number: invoiceNumber, lastCallId: after } = row;
    const organizationId = row.organizationId as OrganizationId;
    return this.calls.plan(transaction, kind, { organizationId, subject, params: { invoiceNumber, after, ...params } });
  }
}
