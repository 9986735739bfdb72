import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { actorOf, AuditTrail, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { present } from '../../kernel/assert.js';
import { err, ok } from '../../kernel/result.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { once } from '../../platform/idempotency/idempotency.js';
import { nameUuid } from '../../platform/ids/name-uuid.js';
import { CLOCK } from '../../platform/platform.module.js';
import type { PaymentMethodSetup } from '../../platform/prisma/generated/client.js';
import type { SetupFacts } from '../adapter/stripe/buyer-gateway.js';
import type { PaymentFailure } from '../adapter/stripe/payment-gateway.js';
import { CustomerService } from './customer.service.js';
import { PaymentMethodService } from './payment-method.service.js';
import { PaymentProvider } from './payment-provider.js';
import { answered, NOT_THIS, refusal } from './stripe-answer.js';
import { callIdOf, StripeCallService, type CallAnswer, type CallHandler, type PlannedCall } from './stripe-call.service.js';
import { StripeEventService } from './stripe-event.service.js';

/** `failed` may still become `succeeded`: the payer tries another card. */
export const SETUP_STATES = ['pending', 'requires_action', 'succeeded', 'failed', 'canceled'] as const;
export type SetupState = (typeof SETUP_STATES)[number];

export interface StartedSetup {
  readonly setup: PaymentMethodSetup;
  /** For the browser of whoever asked, and for nobody else; kept nowhere. */
  readonly clientSecret: string | null;
}

const paramsSchema = z.object({ paymentMethod: z.string().nullable() });
const NO_CUSTOMER: PaymentFailure = {
  ...{ kind: 'retryable', reason: 'server-error', message: 'the customer is not made yet' },
};

/** Saves a payment method for later: the payer agrees in the browser, Stripe tells when it is done. */
@Injectable()
export class PaymentMethodSetupService implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CustomerService) private readonly customers: CustomerService,
    @Inject(PaymentMethodService) private readonly methods: PaymentMethodService,
    @Inject(StripeCallService) private readonly calls: StripeCallService,
    @Inject(StripeEventService) private readonly events: StripeEventService,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.events.on('setup-intent', ({ objectId }) => this.look(objectId));
    this.calls.handle('set_up_payment_method', {
      send: (call) => this.send(call),
      confirm: (call, setupIntentId) => this.confirm(call, setupIntentId),
      refused: ({ subject: setupId }, failureCode) => this.note(setupId, { status: 'failed', failureCode }),
    });
  }

  /** A payment method that is given is saved at once, as far as its bank does not want to be asked. */
  async start(
    caller: AuthenticatedPrincipal,
    paymentMethod: string | null,
    idempotencyKey: string,
  ): Promise<StartedSetup> {
    const { organizationId } = caller;
    const setupId = nameUuid('payment-method-setup', organizationId, idempotencyKey);
    const content = { setUpPaymentMethod: { paymentMethod } };
    const at = new Date(this.clock.now());
    await once(this.database, { scope: organizationId, key: idempotencyKey, content }, async (transaction) => {
      const row = { setupId, organizationId, status: 'pending', createdAt: at, updatedAt: at };
      await transaction.paymentMethodSetup.create({ data: row });
      const call = { organizationId, subject: setupId, params: { paymentMethod } };
      await this.calls.plan(transaction, 'set_up_payment_method', call);
      await this.audit.recordIn(transaction, {
        ...{ organizationId, actor: actorOf(caller), action: 'payment-method.set-up', subject: setupId, details: {} },
      });
      return { setupId };
    });
    await this.calls.pursue(callIdOf('set_up_payment_method', organizationId, setupId));
    return this.tell(setupId);
  }

  /** Only what still waits for the payer has a secret to tell. */
  private async tell(setupId: string): Promise<StartedSetup> {
    const setup = await this.find(setupId);
    const { setupIntentId, status } = setup;
    if (setupIntentId === null || status === 'succeeded' || status === 'canceled') {
      return { setup, clientSecret: null };
    }
    const answer = await this.provider.gateway.buyers.retrieveSetup(setupIntentId);
    return { setup, clientSecret: answer.ok ? answer.value.clientSecret : null };
  }

  private async send({ idempotencyKey, organizationId, subject: setupId, params }: PlannedCall): ReturnType<CallHandler['send']> {
    const customerId = await this.customers.ensure(organizationId);
    if (customerId === null) return err(NO_CUSTOMER);
    const { paymentMethod } = paramsSchema.parse(params);
    const request = { organizationId, setupId, customerId, paymentMethod, idempotencyKey };
    const answer = await this.provider.gateway.buyers.startSetup(request);
    if (!answer.ok) return answer;
    await this.follow(answer.value);
    return ok(answer.value.setupIntentId);
  }

  /** A person names the setup: it is looked at, and must be this one. */
  private async confirm({ subject }: PlannedCall, setupIntentId: string): Promise<CallAnswer> {
    const answer = await this.provider.gateway.buyers.retrieveSetup(setupIntentId);
    if (!answer.ok) return answer;
    if (answer.value.setupId !== subject) return err(refusal(NOT_THIS));
    await this.follow(answer.value);
    return ok(setupIntentId);
  }

  /** Stripe spoke of a setup: what it is now counts, not what was told. */
  private async look(setupIntentId: string): Promise<boolean> {
    const facts = answered(await this.provider.gateway.buyers.retrieveSetup(setupIntentId));
    return facts !== null && this.follow(facts);
  }

  private async follow(facts: SetupFacts): Promise<boolean> {
    const { setupId, setupIntentId, paymentMethodId, status } = facts;
    if (setupId === null) return false;
    const row = await this.database.paymentMethodSetup.findUnique({ where: { setupId } });
    if (row === null) return false;
    // First what may be charged, then that it may: a crash in between has this run again.
    if (status === 'succeeded' && paymentMethodId !== null) await this.methods.look(paymentMethodId);
    const failureCode = facts.status === 'failed' ? (facts.failure.declineCode ?? facts.failure.code) : null;
    await this.note(setupId, { status, setupIntentId, paymentMethodId, failureCode });
    return true;
  }

  private async note(
    setupId: string,
    values: Partial<Omit<PaymentMethodSetup, 'status'>> & { readonly status: SetupState },
  ): Promise<void> {
    await this.database.paymentMethodSetup.updateMany({
      where: { setupId, status: { notIn: ['succeeded', 'canceled'] } },
      data: { ...values, updatedAt: new Date(this.clock.now()) },
    });
  }

  private async find(setupId: string): Promise<PaymentMethodSetup> {
    return present(await this.database.paymentMethodSetup.findUnique({ where: { setupId } }), 'setup');
  }
}
