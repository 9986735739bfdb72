import { Global, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { join } from 'node:path';
import { SubscriptionRegistry } from '../eventstore/subscription-registry.js';
import { InvitationMail } from '../identity/contract.js';
import { SECOND_MS } from '../kernel/time.js';
import type { Clock } from '../platform/clock/clock.js';
import type { Settings } from '../platform/config/settings.js';
import { CLOCK, SETTINGS } from '../platform/platform.module.js';
import { FileTransport, SmtpTransport } from './adapter/nodemailer.transport.js';
import { UndiciSender } from './adapter/undici.sender.js';
import { MailResolver } from './api/mail.resolver.js';
import { WebhookDeliveryResolver } from './api/webhook-delivery.resolver.js';
import { WebhookResolver } from './api/webhook.resolver.js';
import { DeliveryService } from './application/delivery.service.js';
import { EndpointService } from './application/endpoint.service.js';
import { ExportNotices } from './application/export-notices.js';
import { MailBook } from './application/mail-book.js';
import { MailTransport } from './application/mail-transport.js';
import { MailService } from './application/mail.service.js';
import { noticeSubscription } from './application/notice.subscription.js';
import { NoticeRetention } from './application/retention.service.js';
import { WebhookSender } from './application/webhook-sender.js';
import { DeliveryQueries } from './projection/delivery.queries.js';

/** For connection and answer of a customer's endpoint together. */
const SEND_TIMEOUT_MS = 10 * SECOND_MS;
const STAND_IN_FROM = 'Headroom <headroom@localhost>';

@Global()
@Module({
  providers: [
    ...[DeliveryQueries, DeliveryService, EndpointService, ExportNotices, MailBook, MailService, NoticeRetention],
    ...[MailResolver, WebhookDeliveryResolver, WebhookResolver],
    { provide: InvitationMail, useExisting: MailBook },
    { provide: MailTransport, useFactory: transportOf, inject: [SETTINGS] },
    { provide: WebhookSender, useFactory: senderOf, inject: [SETTINGS] },
  ],
  exports: [InvitationMail],
})
export class NoticesModule implements OnModuleInit {
  constructor(
    private readonly subscriptions: SubscriptionRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.subscriptions.add(noticeSubscription(this.clock));
  }
}

function transportOf({ SMTP_URL: url, MAIL_FROM: from, DATA_DIR: folder }: Settings): MailTransport {
  if (url === undefined) return new FileTransport(join(folder, 'mail'), from ?? STAND_IN_FROM);
  return new SmtpTransport(url, from ?? STAND_IN_FROM);
}

function senderOf({ hasLocalEndpoints: isLoopbackAllowed }: Settings): WebhookSender {
  return new UndiciSender({ isLoopbackAllowed, timeoutMs: SEND_TIMEOUT_MS });
}
