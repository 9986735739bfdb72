import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { present } from '../../kernel/assert.js';
import { systemClock, type Clock } from '../../platform/clock/clock.js';
import type { Settings } from '../../platform/config/settings.js';
import type { Logger } from '../../platform/logging/logger.js';
import { CLOCK, LOGGER, SETTINGS } from '../../platform/platform.module.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import type { PaymentGateway } from '../adapter/stripe/payment-gateway.js';
import { FileStandInStore } from '../adapter/stripe/stand-in/file-store.js';
import { startStripeStandIn, type StripeStandIn } from '../adapter/stripe/stand-in/stand-in.server.js';
import type { StandInDesk } from './stand-in/stand-in-desk.js';
import { StripeGateway } from '../adapter/stripe/stripe.gateway.js';

const WEBHOOK_PATH = '/webhooks/stripe';

/**
 * Whoever moves the money: Stripe where a key is set, else the labelled stand-in, which speaks the
 * same wire format to the same SDK and sends its webhooks here.
 */
@Injectable()
export class PaymentProvider implements OnApplicationShutdown {
  private standIn: StripeStandIn | null = null;
  private opened: PaymentGateway | null = null;
  private url: string | null = null;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly secrets: SecretBox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Secrets that may have signed a webhook. */
  get webhookSecrets(): readonly string[] {
    const { STRIPE_WEBHOOK_SECRETS: given } = this.settings;
    return given === undefined ? [this.standInSecret()] : given.split(',');
  }

  /** Where browsers reach this product. */
  get publicUrl(): string {
    return present(this.settings.PUBLIC_URL ?? this.url, 'address, which is known once requests are taken');
  }

  get gateway(): PaymentGateway {
    return present(this.opened, 'payment provider, which starts with the product');
  }

  /** Called once, before requests are taken. */
  async start(): Promise<void> {
    const { STRIPE_SECRET_KEY: secretKey } = this.settings;
    if (secretKey !== undefined) {
      this.opened = new StripeGateway({ secretKey, clock: () => systemClock.now() });
      return;
    }
    const clock = (): ReturnType<Clock['now']> => this.clock.now();
    this.standIn = await startStripeStandIn({
      webhookSecret: this.standInSecret(),
      clock,
      store: await FileStandInStore.open(join(this.settings.DATA_DIR, 'stripe-stand-in')),
      onError: (error) => this.logger.error({ err: error }, 'the stand-in for Stripe failed'),
    });
    this.opened = new StripeGateway({ ...this.standIn.connection, clock });
  }

  /** The stand-in has nobody who enters our address into a dashboard: it is told. */
  listening(url: string): void {
    this.url = url;
    this.standIn?.connectWebhook(`${url}${WEBHOOK_PATH}`);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.standIn?.close();
    this.standIn = null;
  }

  /** Where things are made to go wrong; null where Stripe itself is used. */
  get standInDesk(): StandInDesk | null {
    return this.standIn?.desk ?? null;
  }

  /** For tests: faults and late payments. Null where Stripe itself is used. */
  get simulator(): StripeStandIn | null {
    return this.standIn;
  }

  private standInSecret(): string {
    const text = this.secrets.sign('stripe stand-in webhook');
    return `whsec_${createHash('sha256').update(text).digest('hex')}`;
  }
}
