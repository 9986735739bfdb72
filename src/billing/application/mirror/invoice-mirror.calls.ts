import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { err, ok } from '../../../kernel/result.js';
import { instant } from '../../../eventstore/codec-fields.js';
import { nameUuid } from '../../../platform/ids/name-uuid.js';
import type { InvoiceFacts, InvoiceGateway } from '../../adapter/stripe/invoice-gateway.js';
import type { MirroredState } from '../../model/stripe-invoice.js';
import { PaymentProvider } from '../payment-provider.js';
import { refusal } from '../stripe-answer.js';
import { callIdOf, isOpen, StripeCallService, type CallAnswer, type CallHandler, type PlannedCall } from '../stripe-call.service.js';

const cents = z.string().transform(BigInt);
const newSchema = z.object({
  ...{ invoiceNumber: z.string(), customerId: z.string(), issuedAt: instant },
  items: z.array(z.object({ name: z.string(), description: z.string(), cents })),
});
const stepSchema = z.object({ invoiceNumber: z.string(), after: z.string() });
const creditSchema = z.object({ creditNumber: z.string(), cents });

const WAITING: CallAnswer = ok(null);

/**
 * Makes invoices and credit notes at Stripe. Each call looks first what is there, by our number, and asks
 * for what is missing: so it may be made again with its key remembered or forgotten. The keys are for two at once.
 */
@Injectable()
export class InvoiceMirrorCalls implements OnModuleInit {
  constructor(
    @Inject(StripeCallService) private readonly calls: StripeCallService,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
  ) {}

  onModuleInit(): void {
    this.calls.handle('create_invoice', both((call) => this.create(call)));
    this.calls.handle('pay_invoice', both((call) => this.step(call, (invoice) => this.end(invoice, call, 'paid'))));
    this.calls.handle('void_invoice', both((call) => this.step(call, (invoice) => this.end(invoice, call, 'void'))));
    this.calls.handle('create_credit_note', both((call) => this.step(call, (invoice) => this.credit(invoice, call))));
  }

  private get invoices(): InvoiceGateway {
    return this.provider.gateway.invoices;
  }

  private async create(call: PlannedCall): Promise<CallAnswer> {
    const { invoiceNumber: number, customerId, issuedAt } = newSchema.parse(call.params);
    const found = await this.invoices.find(customerId, number);
    if (!found.ok) return found;
    const { organizationId } = call;
    const request = { organizationId, customerId, number, issuedAt, idempotencyKey: keyOf(call, 'create') };
    const made = found.value === null ? await this.invoices.create(request) : found;
    if (!made.ok) return made;
    const invoice = made.value;
    return invoice === null || invoice.status !== 'draft' ? ok(invoice?.invoiceId ?? null) : this.complete(call, invoice.invoiceId);
  }

  private async complete(call: PlannedCall, invoiceId: string): Promise<CallAnswer> {
    const { customerId, items } = newSchema.parse(call.params);
    const known = await this.invoices.itemsOf(invoiceId);
    if (!known.ok) return known;
    for (const item of items.filter(({ name }) => !known.value.has(name))) {
      const added = await this.invoices.addItem({ ...item, invoiceId, customerId, idempotencyKey: keyOf(call, item.name) });
      if (!added.ok) return added;
    }
    return idOf(await this.invoices.finalize(invoiceId, keyOf(call, 'finalize')));
  }

  /** Once the call before has ended; one that was refused is no reason to wait for ever. */
  private async step(call: PlannedCall, follow: (invoice: InvoiceFacts) => Promise<CallAnswer>): Promise<CallAnswer> {
    const { invoiceNumber, after } = stepSchema.parse(call.params);
    if (isOpen(await this.calls.pursue(after))) return WAITING;
    const made = await this.calls.seek(callIdOf('create_invoice', call.organizationId, invoiceNumber));
    if (made?.stripeId === null || made?.stripeId === undefined) return err(refusal('invoice_not_made'));
    const invoice = await this.invoices.retrieve(made.stripeId);
    return invoice.ok ? follow(invoice.value) : invoice;
  }

  /** Somebody at Stripe's dashboard may have ended it otherwise: then the two differ, and that is listed. */
  private async end({ invoiceId, status }: InvoiceFacts, call: PlannedCall, wanted: Exclude<MirroredState, 'open'>): Promise<CallAnswer> {
    if (status === wanted) return ok(invoiceId);
    if (status !== 'open') return err(refusal(`invoice_${status}`));
    const key = keyOf(call, wanted);
    return idOf(await (wanted === 'paid' ? this.invoices.markPaid(invoiceId, key) : this.invoices.makeVoid(invoiceId, key)));
  }

  private async credit({ invoiceId, status }: InvoiceFacts, call: PlannedCall): Promise<CallAnswer> {
    const { creditNumber: number, cents: amount } = creditSchema.parse(call.params);
    const known = await this.invoices.findCreditNote(invoiceId, number);
    if (!known.ok || known.value !== null) return known;
    const request = { invoiceId, number, cents: amount, isPaid: status === 'paid', idempotencyKey: keyOf(call, 'credit') };
    return this.invoices.createCreditNote(request);
  }
}

const both = (send: CallHandler['send']): CallHandler => ({ send, recover: send });

const keyOf = ({ idempotencyKey }: PlannedCall, step: string): string => nameUuid('stripe-invoice-step', idempotencyKey, step);

const idOf = (answer: Awaited<ReturnType<InvoiceGateway['retrieve']>>): CallAnswer => (answer.ok ? ok(answer.value.invoiceId) : answer);
