import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import type { Logger } from '../../platform/logging/logger.js';
import { CLOCK, LOGGER } from '../../platform/platform.module.js';
import type { StripeEvent, WebhookRefusal } from '../adapter/stripe/payment-gateway.js';
import { PaymentProvider } from './payment-provider.js';
import { SellerEvents } from './payout/seller-events.js';
import { TopUpService } from './top-up.service.js';

/** Takes webhooks: at least once, in any order, counted once. */
@Injectable()
export class StripeEventService {
  constructor(
    private readonly provider: PaymentProvider,
    private readonly topUps: TopUpService,
    private readonly sellers: SellerEvents,
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Null when it was taken; else why it cannot be trusted. */
  async receive(rawBody: Buffer, signature: string): Promise<WebhookRefusal | null> {
    const { gateway, webhookSecrets } = this.provider;
    const verified = gateway.verifyWebhook(rawBody, signature, webhookSecrets);
    if (!verified.ok) {
      this.logger.warn({ refusal: verified.error }, 'a webhook was refused');
      return verified.error;
    }
    await this.take(verified.value);
    return null;
  }

  /**
   * The effect comes first and is idempotent by itself, so that a crash in between makes Stripe send
   * it again; the row only says what came.
   */
  private async take(event: StripeEvent): Promise<void> {
    const { id: eventId, type, account } = event;
    const known = await this.database.stripeEvent.findUnique({ where: { eventId } });
    if (known !== null) return;
    // Of an account that is none of ours, or about what is not ours: kept for people to look at, changes nothing.
    const matched = account === null ? await this.ours(event) : await this.sellers.settle(event, account);
    const receivedAt = new Date(this.clock.now());
    await this.database.stripeEvent.createMany({
      data: [{ eventId, type, matched, receivedAt }],
      skipDuplicates: true,
    });
  }

  private async ours(event: StripeEvent): Promise<boolean> {
    const { about } = event;
    return about.kind === 'top-up' ? this.topUps.settle(about.payment) : this.sellers.settle(event, null);
  }
}
