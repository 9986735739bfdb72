import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { decodeShared } from '../../../eventstore/event-codec.js';
import { categoryOf, type RecordedEvent } from '../../../eventstore/event.js';
import { SubscriptionRegistry } from '../../../eventstore/subscription-registry.js';
import { usageCodec, usageEvidenceId, type UsageHourRated } from '../../../metering/contract.js';
import type { Clock } from '../../../platform/clock/clock.js';
import type { Settings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/prisma.js';
import type { Transaction } from '../../../platform/idempotency/idempotency.js';
import { CLOCK, SETTINGS } from '../../../platform/platform.module.js';
import { meteredDay, quantityToTell } from '../../model/stripe-meter.js';
import { CustomerService } from '../customer.service.js';
import { callIdOf, StripeCallService } from '../stripe-call.service.js';

/**
 * Has overage counted by a meter at Stripe, too; nothing is charged by it. Reads the log from its start, so that
 * who switches it on gets as much of the history as Stripe takes. Each revision of a rated hour tells what it adds to those
 * before, or takes back: what was told of an hour always sums to what it came to.
 */
@Injectable()
export class MeterMirror implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(StripeCallService) private readonly calls: StripeCallService,
    @Inject(CustomerService) private readonly customers: CustomerService,
    @Inject(SubscriptionRegistry) private readonly subscriptions: SubscriptionRegistry,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    if (!this.settings.STRIPE_MIRROR_OVERAGE) return;
    const handle = (events: readonly RecordedEvent[]): Promise<boolean> => this.handle(events);
    this.subscriptions.add({ name: 'stripe-meter', kind: 'commands', handle });
  }

  /** The same events may come again, also to two processes at once. */
  async handle(events: readonly RecordedEvent[]): Promise<boolean> {
    let hasActed = false;
    for (const recorded of events) {
      if (categoryOf(recorded.stream) !== 'usage') continue;
      const event = decodeShared(usageCodec, recorded);
      if (event.type !== 'UsageHourRated' || !mayChange(event)) continue;
      hasActed = true;
      await this.follow(event);
    }
    return hasActed;
  }

  private async follow(rated: UsageHourRated): Promise<void> {
    const customerId = (await this.customers.find(rated.holderId))?.customerId ?? null;
    if (customerId === null) return;
    await this.database.$transaction((transaction) => this.tell(transaction, rated, customerId));
  }

  /** Row and call commit together, one revision of an hour after the other: who comes second finds the row there. */
  private async tell(transaction: Transaction, rated: UsageHourRated, customerId: string): Promise<void> {
    const { holderId: organizationId, reservationId, hour, revision } = rated;
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`stripe-meter ${reservationId} ${hour}`}, 0))`;
    const ofHour = { reservationId, hour: new Date(hour) };
    const told = await transaction.stripeMeterEvent.findMany({ where: ofHour, select: { revision: true, quantity: true } });
    const now = this.clock.now();
    const quantity = quantityToTell(rated, told, now);
    if (quantity === null) return;
    const subject = usageEvidenceId(rated);
    const callId = callIdOf('send_meter_event', organizationId, subject);
    const reference = meteredDay(organizationId, hour);
    const row = { ...ofHour, callId, organizationId, customerId, revision, quantity, reference, createdAt: new Date(now) };
    await transaction.stripeMeterEvent.create({ data: row });
    const params = { customerId, hour, quantity: quantity.toString() };
    await this.calls.plan(transaction, 'send_meter_event', { organizationId, subject, params });
  }
}

/** The first revision of an hour without overage is no news. */
const mayChange = ({ revision, overage }: UsageHourRated): boolean => revision > 1 || overage > 0n;
