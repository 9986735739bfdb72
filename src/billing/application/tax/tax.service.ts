import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import type { OrganizationId } from '../../../kernel/ids.js';
import { ok } from '../../../kernel/result.js';
import { DAY_MS, plus } from '../../../kernel/time.js';
import type { Clock } from '../../../platform/clock/clock.js';
import type { Settings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/prisma.js';
import { nameUuid } from '../../../platform/ids/name-uuid.js';
import { CLOCK, SETTINGS } from '../../../platform/platform.module.js';
import type { TaxCalculation } from '../../../platform/prisma/generated/client.js';
import { toMessage } from '../../../platform/queue/job.js';
import { putJob } from '../../../platform/queue/put-job.js';
import type { Calculation } from '../../adapter/stripe/tax-gateway.js';
import type { Party } from '../../model/document/party.js';
import type { InvoiceLine } from '../../model/invoice-register.events.js';
import { TAXED_KINDS, taxItemsOf, wholeCents, type DraftTax, type InvoiceTax, type TaxWait } from '../../model/tax/invoice-tax.js';
import { taxCustomerOf } from '../../model/tax/tax-customer.js';
import { PartyService } from '../documents/party.service.js';
import { taxSchema } from '../invoice.definition.js';
import { closeMonthJob } from '../ledger.definition.js';
import { PaymentProvider } from '../payment-provider.js';
import { codeOf } from '../stripe-answer.js';
import { isOpen, StripeCallService, type CallAnswer, type PlannedCall } from '../stripe-call.service.js';

/** What would be issued now. */
export interface Draft {
  readonly organizationId: OrganizationId;
  readonly month: string;
  readonly lines: readonly InvoiceLine[];
  /** Whom the document will name: taxed is who is billed, at the same address. */
  readonly customer: Pick<Party, 'address' | 'taxId'>;
  /** How many invoices of the month were made void: each has a calculation of its own. */
  readonly edition: number;
}

const paramsSchema = z.object({
  month: z.string(),
  edition: z.number(),
  taxCode: z.string(),
  items: z.array(z.object({ kind: z.enum(TAXED_KINDS), cents: z.string().transform(BigInt) })),
  customer: z.object({
    ...{ street: z.string(), postalCode: z.string(), city: z.string(), country: z.string() },
    taxId: z.object({ type: z.string(), value: z.string() }).nullable(),
  }),
});
type Asked = z.input<typeof paramsSchema>;

const OFF: DraftTax = { kind: 'off' };
/** What mends it is in the hands of whoever is billed. */
const REFUSALS: Readonly<Record<string, TaxWait>> = {
  customer_tax_location_invalid: 'ADDRESS_REFUSED',
  tax_id_invalid: 'TAX_ID_REFUSED',
};

/**
 * Has Stripe determine the tax of a month before it is closed. What is asked is named by everything that
 * the answer follows from, so another draft, another address and a calculation that has expired ask anew.
 */
@Injectable()
export class TaxService implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(StripeCallService) private readonly calls: StripeCallService,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    @Inject(PartyService) private readonly parties: PartyService,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.calls.handle('calculate_tax', {
      send: (call) => this.ask(call),
      done: (call) => this.closeMonth(call),
      forsaken: ({ callId }) => this.note(callId, 'NEEDS_REVIEW', 'NO_ANSWER'),
      // A calculation that nobody uses is nothing at Stripe.
      isRenewed: true,
    });
  }

  /** Asks Stripe at once, where it was not asked the same before. */
  async of(draft: Draft): Promise<DraftTax> {
    if (!this.settings.STRIPE_TAX) return OFF;
    const items = taxItemsOf(draft.lines);
    if (items.length === 0) return OFF;
    const { organizationId, month, edition, customer } = draft;
    if (customer.address === null) return this.waitForAddress(draft);
    const asked: Asked = {
      ...{ month, edition, taxCode: this.settings.STRIPE_TAX_CODE, customer: taxCustomerOf(customer.address, customer.taxId) },
      items: items.map(({ kind, cents }) => ({ kind, cents: cents.toString() })),
    };
    const fingerprint = nameUuid('tax-calculation', JSON.stringify(asked));
    const known = await this.database.taxCalculation.findMany({ where: { organizationId, month, fingerprint } });
    const fresh = known.find((one) => one.expiresAt.getTime() > plus(this.clock.now(), DAY_MS));
    return fresh === undefined ? this.determine(draft, asked, `${fingerprint} ${known.length}`) : calculated(fresh);
  }

  /** Why a month waits; null: it does not. */
  async waitOf(organizationId: OrganizationId, month: string): Promise<TaxWait | null> {
    if (!this.settings.STRIPE_TAX) return null;
    const row = await this.database.monthTax.findUnique({ where: { organizationId_month: { organizationId, month } } });
    return (row?.reason ?? null) as TaxWait | null;
  }

  private async waitForAddress({ organizationId, month }: Draft): Promise<DraftTax> {
    const reason: TaxWait = 'NO_ADDRESS';
    const data = { callId: null, reason, updatedAt: new Date(this.clock.now()) };
    const where = { organizationId_month: { organizationId, month } };
    await this.database.monthTax.upsert({ where, create: { organizationId, month, ...data }, update: data });
    // One that was given meanwhile saw nothing that waits: what follows from it is looked at again.
    const isThere = (await this.parties.profile(organizationId)) !== null;
    return { kind: 'waiting', reason: isThere ? 'DRAFT_CHANGED' : reason };
  }

  private async determine(draft: Draft, asked: Asked, name: string): Promise<DraftTax> {
    const callId = await this.plan(draft, asked, `${draft.month} ${name}`);
    await this.calls.pursue(callId);
    const made = await this.database.taxCalculation.findUnique({ where: { callId } });
    if (made !== null) return calculated(made);
    return { kind: 'waiting', reason: (await this.waitOf(draft.organizationId, draft.month)) ?? 'NO_ANSWER' };
  }

  /** What was asked of an earlier draft is of no use any more. */
  private async plan({ organizationId, month }: Draft, params: Asked, subject: string): Promise<string> {
    const key = { organizationId_month: { organizationId, month } };
    const before = await this.database.monthTax.findUnique({ where: key });
    const callId = await this.database.$transaction(async (transaction) => {
      const planned = await this.calls.plan(transaction, 'calculate_tax', { organizationId, subject, params });
      if (before?.callId === planned) return planned;
      const data = { callId: planned, reason: 'NO_ANSWER', updatedAt: new Date(this.clock.now()) };
      await transaction.monthTax.upsert({ where: key, create: { organizationId, month, ...data }, update: data });
      return planned;
    });
    const earlier = before === null || before.callId === null ? null : await this.calls.seek(before.callId);
    if (earlier !== null && earlier.callId !== callId && isOpen(earlier)) await this.calls.overturn(earlier.callId, 'superseded');
    return callId;
  }

  private async ask(call: PlannedCall): Promise<CallAnswer> {
    const { month, items, customer, taxCode } = paramsSchema.parse(call.params);
    const { callId, organizationId, subject, idempotencyKey } = call;
    const answer = await this.provider.gateway.tax.calculate({ items, customer, taxCode, idempotencyKey });
    if (!answer.ok) {
      await this.note(callId, REFUSALS[codeOf(answer.error)] ?? 'NO_ANSWER');
      return answer;
    }
    const { calculationId, expiresAt } = answer.value;
    const fingerprint = subject.split(' ')[1] ?? '';
    const at = { expiresAt: new Date(expiresAt), createdAt: new Date(this.clock.now()) };
    const tax = keptAs({ ...taxOf(answer.value), items });
    // Of several answers under several keys the first is the one that counts.
    await this.database.taxCalculation.createMany({ data: [{ callId, organizationId, month, fingerprint, tax, ...at }], skipDuplicates: true });
    return ok(calculationId);
  }

  /** What was waited for is there. */
  private async closeMonth({ callId, organizationId, params }: PlannedCall): Promise<void> {
    const { month } = paramsSchema.parse(params);
    const when = { runAt: this.clock.now(), dedupeKey: `${organizationId} ${month} ${callId}` };
    await this.database.$transaction(async (transaction) => {
      await transaction.monthTax.updateMany({ where: { callId }, data: { reason: null } });
      await putJob(transaction, toMessage(closeMonthJob, { organizationId, month }, when));
    });
  }

  private async note(callId: string, reason: TaxWait, instead?: TaxWait): Promise<void> {
    const where = { callId, ...(instead === undefined ? {} : { reason: instead }) };
    await this.database.monthTax.updateMany({ where, data: { reason, updatedAt: new Date(this.clock.now()) } });
  }
}

const taxOf = ({ calculationId, lines, taxCents }: Calculation): Omit<InvoiceTax, 'items'> => ({ calculationId, lines, amount: wholeCents(taxCents) });

/** As events have it: no number of JSON holds every amount. */
function keptAs(tax: InvoiceTax): object {
  return JSON.parse(JSON.stringify(tax, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))) as object;
}

const calculated = ({ tax }: TaxCalculation): DraftTax => ({ kind: 'calculated', tax: taxSchema.parse(tax) });
