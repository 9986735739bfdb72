import { Inject, Injectable } from '@nestjs/common';
import { actorOf, AuditTrail, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { once } from '../../platform/idempotency/idempotency.js';
import { nameUuid } from '../../platform/ids/name-uuid.js';
import { CLOCK } from '../../platform/platform.module.js';
import { CustomerService } from './customer.service.js';
import { PaymentProvider } from './payment-provider.js';

export interface StartedCheckout {
  readonly setupId: string;
  /** Null while Stripe does not answer: the same request asks again. */
  readonly url: string | null;
}

/**
 * Sends a payer to Stripe's own page to give a card. Nothing is charged there, so the page may be asked
 * for again; what becomes of it comes as news of the setup that it names (see PaymentMethodSetupService).
 */
@Injectable()
export class CheckoutService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CustomerService) private readonly customers: CustomerService,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async start(
    caller: AuthenticatedPrincipal,
    returnPath: string,
    idempotencyKey: string,
  ): Promise<StartedCheckout> {
    const { organizationId } = caller;
    const setupId = nameUuid('card-checkout', organizationId, idempotencyKey);
    const request = { scope: organizationId, key: idempotencyKey, content: { startCardCheckout: { returnPath } } };
    await once(this.database, request, async (transaction) => {
      const at = new Date(this.clock.now());
      const row = { setupId, organizationId, status: 'pending', createdAt: at, updatedAt: at };
      await transaction.paymentMethodSetup.create({ data: row });
      await this.audit.recordIn(transaction, {
        ...{ organizationId, actor: actorOf(caller), action: 'payment-method.set-up', subject: setupId, details: {} },
      });
      return { setupId };
    });
    const customerId = await this.customers.ensure(organizationId);
    if (customerId === null) return { setupId, url: null };
    const back = { done: this.backTo(returnPath, 'done'), canceled: this.backTo(returnPath, 'canceled') };
    const asked = { organizationId, setupId, customerId, back, idempotencyKey: setupId };
    const answer = await this.provider.gateway.checkout.startCardSetup(asked);
    return { setupId, url: answer.ok ? answer.value : null };
  }

  private backTo(returnPath: string, checkout: 'done' | 'canceled'): string {
    const url = new URL(returnPath, this.provider.publicUrl);
    url.searchParams.set('checkout', checkout);
    return url.href;
  }
}
