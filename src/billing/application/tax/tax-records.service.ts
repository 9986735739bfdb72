import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import type { OrganizationId } from '../../../kernel/ids.js';
import { err, ok } from '../../../kernel/result.js';
import { Database } from '../../../platform/database/prisma.js';
import { JobRegistry } from '../../../platform/queue/job-registry.js';
import { PaymentProvider } from '../payment-provider.js';
import { refusal } from '../stripe-answer.js';
import { callIdOf, isOpen, StripeCallService, type CallAnswer, type PlannedCall } from '../stripe-call.service.js';
import { recordTaxJob, reverseTaxJob } from './tax.jobs.js';

const recordSchema = z.object({ calculationId: z.string() });
const reverseSchema = z.object({ invoiceNumber: z.string(), cents: z.string().transform(BigInt).nullable() });

const WAITING: CallAnswer = ok(null);
/** What is made void keeps its number: its reversal is another document at Stripe. */
const referenceOf = (document: string, invoiceNumber: string): string => (document === invoiceNumber ? `${document}-void` : document);

/**
 * What was charged, and given back, as transactions of Stripe Tax: what returns are filed from. A reference
 * is taken once at Stripe, so that nothing is in its reports twice; once a key is forgotten a person looks.
 */
@Injectable()
export class TaxRecords implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(StripeCallService) private readonly calls: StripeCallService,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    @Inject(JobRegistry) private readonly jobs: JobRegistry,
  ) {}

  onModuleInit(): void {
    this.calls.handle('record_tax', { send: (call) => this.record(call) });
    this.calls.handle('reverse_tax', { send: (call) => this.reverse(call) });
    this.jobs.register(recordTaxJob, ({ organizationId, ...invoice }) => this.enter(organizationId as OrganizationId, invoice));
    this.jobs.register(reverseTaxJob, ({ document, invoiceNumber, cents, organizationId }) =>
      this.takeBack(organizationId as OrganizationId, { document, invoiceNumber, cents }),
    );
  }

  /** The tax of an invoice, once; its month waits no more. */
  async enter(
    organizationId: OrganizationId,
    { number: subject, month, calculationId }: { readonly number: string; readonly month: string; readonly calculationId: string },
  ): Promise<void> {
    const callId = await this.calls.planNow('record_tax', { organizationId, subject, params: { calculationId } });
    await this.database.monthTax.deleteMany({ where: { organizationId, month } });
    await this.calls.pursue(callId);
  }

  /** A part of what an invoice recorded, or with no cents all of it; once for each document. */
  async takeBack(
    organizationId: OrganizationId,
    { document: subject, ...params }: { readonly document: string; readonly invoiceNumber: string; readonly cents: string | null },
  ): Promise<void> {
    const callId = await this.calls.planNow('reverse_tax', { organizationId, subject, params });
    await this.calls.pursue(callId);
  }

  private record({ subject: reference, params, idempotencyKey }: PlannedCall): Promise<CallAnswer> {
    const { calculationId } = recordSchema.parse(params);
    return this.provider.gateway.tax.record({ calculationId, reference, idempotencyKey });
  }

  /** Once the invoice is recorded; one that Stripe refused has nothing to take back. */
  private async reverse({ organizationId, subject, params, idempotencyKey }: PlannedCall): Promise<CallAnswer> {
    const { invoiceNumber, cents } = reverseSchema.parse(params);
    const recordId = callIdOf('record_tax', organizationId, invoiceNumber);
    if ((await this.calls.seek(recordId)) === null) return WAITING;
    const made = await this.calls.pursue(recordId);
    if (isOpen(made)) return WAITING;
    const { stripeId: transactionId } = made;
    if (transactionId === null) return err(refusal('tax_not_recorded'));
    return this.provider.gateway.tax.reverse({ transactionId, reference: referenceOf(subject, invoiceNumber), cents, idempotencyKey });
  }
}
