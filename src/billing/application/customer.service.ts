import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { OrganizationDirectory } from '../../identity/contract.js';
import { present } from '../../kernel/assert.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { CLOCK } from '../../platform/platform.module.js';
import type { StripeCustomer } from '../../platform/prisma/generated/client.js';
import { PaymentProvider } from './payment-provider.js';
import { StripeCallService } from './stripe-call.service.js';

/** There is one of each organization. */
const SUBJECT = 'customer';
const paramsSchema = z.object({ name: z.string() });

/** What organizations are called at Stripe: made when they are first needed, once. */
@Injectable()
export class CustomerService implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(StripeCallService) private readonly calls: StripeCallService,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    @Inject(OrganizationDirectory) private readonly directory: OrganizationDirectory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.calls.handle('create_customer', {
      send: ({ idempotencyKey, organizationId, params }) => {
        const { name } = paramsSchema.parse(params);
        return this.provider.gateway.buyers.createCustomer({ organizationId, name, idempotencyKey });
      },
      done: ({ organizationId }, customerId) => this.keep(organizationId, customerId),
      // What was made under another key and never heard of has nothing to charge.
      isRenewed: true,
    });
  }

  /** The customer's id; null while Stripe has not answered. */
  async ensure(organizationId: OrganizationId): Promise<string | null> {
    const known = await this.find(organizationId);
    if (known !== null && known.customerId !== null) return known.customerId;
    const organization = present(await this.directory.find(organizationId), 'organization');
    const createdAt = new Date(this.clock.now());
    const callId = await this.database.$transaction(async (transaction) => {
      await transaction.stripeCustomer.createMany({
        data: [{ organizationId, createdAt }],
        skipDuplicates: true,
      });
      const { name } = organization;
      const call = { organizationId, subject: SUBJECT, params: { name } };
      return this.calls.plan(transaction, 'create_customer', call);
    });
    await this.calls.pursue(callId);
    return (await this.find(organizationId))?.customerId ?? null;
  }

  find(organizationId: OrganizationId): Promise<StripeCustomer | null> {
    return this.database.stripeCustomer.findUnique({ where: { organizationId } });
  }

  /** Whose customer it is; null for one that is not ours. */
  async ownerOf(customerId: string): Promise<OrganizationId | null> {
    const row = await this.database.stripeCustomer.findUnique({ where: { customerId } });
    return row === null ? null : (row.organizationId as OrganizationId);
  }

  private async keep(organizationId: OrganizationId, customerId: string): Promise<void> {
    await this.database.stripeCustomer.updateMany({
      where: { organizationId, customerId: null },
      data: { customerId },
    });
  }
}
