import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { actorOf, AuditTrail, type AuditRecord, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { once, type Transaction } from '../../platform/idempotency/idempotency.js';
import { CLOCK } from '../../platform/platform.module.js';
import type { SavedPaymentMethod } from '../../platform/prisma/generated/client.js';
import type { MethodFacts } from '../adapter/stripe/buyer-gateway.js';
import { CustomerService } from './customer.service.js';
import { PaymentProvider } from './payment-provider.js';
import { answered } from './stripe-answer.js';
import { callIdOf, StripeCallService } from './stripe-call.service.js';
import { StripeEventService } from './stripe-event.service.js';

export type MethodStatus = 'active' | 'removing' | 'removed';

export type MethodOutcome =
  | { readonly kind: 'not-found' }
  | { readonly kind: 'done'; readonly method: SavedPaymentMethod };

/** In the audit trail: there was none before. */
const NONE = 'none';
const NOT_FOUND: MethodOutcome = { kind: 'not-found' };

/** Payment methods that were saved: what of them may be shown, which one is used, and their end. */
@Injectable()
export class PaymentMethodService implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CustomerService) private readonly customers: CustomerService,
    @Inject(StripeCallService) private readonly calls: StripeCallService,
    @Inject(StripeEventService) private readonly events: StripeEventService,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.events.on('payment-method', ({ objectId }) => this.look(objectId));
    this.calls.handle('detach_payment_method', {
      send: async ({ idempotencyKey, subject }) => {
        const answer = await this.provider.gateway.buyers.detachMethod(subject, idempotencyKey);
        return answer.ok ? { ok: true, value: answer.value.paymentMethodId } : answer;
      },
      done: async (_call, paymentMethodId) => void (await this.removed(paymentMethodId)),
      // Stripe knows it no more, or as nobody's: it cannot be charged again either way.
      refused: async ({ subject }) => void (await this.removed(subject)),
    });
  }

  /** A method that an organization may charge; null for any other. */
  async active(organizationId: OrganizationId, paymentMethodId: string): Promise<SavedPaymentMethod | null> {
    const row = await this.database.savedPaymentMethod.findUnique({ where: { paymentMethodId } });
    return row?.organizationId === organizationId && row.status === 'active' ? row : null;
  }

  /** Asks Stripe what a method is now, and keeps it; says whether it is one of ours. */
  async look(paymentMethodId: string): Promise<boolean> {
    const facts = answered(await this.provider.gateway.buyers.retrieveMethod(paymentMethodId));
    if (facts === null) return false;
    const { customerId } = facts;
    const owner = customerId === null ? null : await this.customers.ownerOf(customerId);
    if (owner !== null) return this.keep(owner, facts);
    return (await this.removed(paymentMethodId)) > 0;
  }

  async makeDefault(
    caller: AuthenticatedPrincipal,
    paymentMethodId: string,
    idempotencyKey: string,
  ): Promise<MethodOutcome> {
    const { organizationId } = caller;
    const content = { makeDefaultPaymentMethod: { paymentMethodId } };
    const request = { scope: organizationId, key: idempotencyKey, content };
    const { answer } = await once(this.database, request, async (transaction) => {
      const method = await transaction.savedPaymentMethod.findFirst({
        where: { paymentMethodId, organizationId, status: 'active' },
      });
      if (method === null) return { isKnown: false };
      const data = { defaultMethod: paymentMethodId };
      const before = await transaction.stripeCustomer.findUnique({ where: { organizationId } });
      await transaction.stripeCustomer.updateMany({ where: { organizationId }, data });
      const details = { before: before?.defaultMethod ?? NONE };
      await this.tell(transaction, caller, { action: 'payment-method.made-default', subject: paymentMethodId, details });
      return { isKnown: true };
    });
    return answer.isKnown ? this.outcomeOf(paymentMethodId) : NOT_FOUND;
  }

  /** From now on it is not charged any more, whenever Stripe answers. */
  async remove(
    caller: AuthenticatedPrincipal,
    paymentMethodId: string,
    idempotencyKey: string,
  ): Promise<MethodOutcome> {
    const { organizationId } = caller;
    const content = { removePaymentMethod: { paymentMethodId } };
    const request = { scope: organizationId, key: idempotencyKey, content };
    const { answer } = await once(this.database, request, async (transaction) => {
      const isKnown = await this.planRemoval(transaction, organizationId, paymentMethodId);
      const told = { action: 'payment-method.removed', subject: paymentMethodId, details: {} };
      if (isKnown) await this.tell(transaction, caller, told);
      return { isKnown };
    });
    if (!answer.isKnown) return NOT_FOUND;
    await this.calls.pursue(callIdOf('detach_payment_method', organizationId, paymentMethodId));
    return this.outcomeOf(paymentMethodId);
  }

  private tell(
    transaction: Transaction,
    caller: AuthenticatedPrincipal,
    told: Pick<AuditRecord, 'action' | 'subject' | 'details'>,
  ): Promise<void> {
    const { organizationId } = caller;
    return this.audit.recordIn(transaction, { organizationId, actor: actorOf(caller), ...told });
  }

  private async planRemoval(
    transaction: Transaction,
    organizationId: OrganizationId,
    paymentMethodId: string,
  ): Promise<boolean> {
    const where = { paymentMethodId, organizationId };
    if ((await transaction.savedPaymentMethod.findFirst({ where })) === null) return false;
    await transaction.savedPaymentMethod.updateMany({
      where: { ...where, status: 'active' },
      data: { status: 'removing', updatedAt: new Date(this.clock.now()) },
    });
    await transaction.stripeCustomer.updateMany({
      where: { organizationId, defaultMethod: paymentMethodId },
      data: { defaultMethod: null },
    });
    const call = { organizationId, subject: paymentMethodId, params: {} };
    await this.calls.plan(transaction, 'detach_payment_method', call);
    return true;
  }

  private async outcomeOf(paymentMethodId: string): Promise<MethodOutcome> {
    const where = { paymentMethodId };
    return { kind: 'done', method: await this.database.savedPaymentMethod.findUniqueOrThrow({ where }) };
  }

  /** What was removed stays so, however late somebody tells that it was there. */
  private async keep(organizationId: OrganizationId, facts: MethodFacts): Promise<true> {
    const { paymentMethodId, type, brand, last4, expiry } = facts;
    const at = new Date(this.clock.now());
    const shown = { type, brand, last4, expiryMonth: expiry?.month ?? null, expiryYear: expiry?.year ?? null };
    const row = { paymentMethodId, organizationId, ...shown, status: 'active', createdAt: at, updatedAt: at };
    const { count } = await this.database.savedPaymentMethod.createMany({ data: [row], skipDuplicates: true });
    const data = { ...shown, updatedAt: at };
    const where = { paymentMethodId, status: 'active' };
    await this.database.savedPaymentMethod.updateMany({ where, data });
    // The first one is the default until somebody says otherwise.
    if (count > 0) await this.makeFirst(organizationId, paymentMethodId);
    return true;
  }

  private async makeFirst(organizationId: OrganizationId, defaultMethod: string): Promise<void> {
    const where = { organizationId, defaultMethod: null };
    await this.database.stripeCustomer.updateMany({ where, data: { defaultMethod } });
  }

  private async removed(paymentMethodId: string): Promise<number> {
    const updatedAt = new Date(this.clock.now());
    await this.database.stripeCustomer.updateMany({
      where: { defaultMethod: paymentMethodId },
      data: { defaultMethod: null },
    });
    const { count } = await this.database.savedPaymentMethod.updateMany({
      where: { paymentMethodId },
      data: { status: 'removed', updatedAt },
    });
    return count;
  }
}
