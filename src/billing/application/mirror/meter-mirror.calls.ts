import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { OrganizationDirectory } from '../../../identity/contract.js';
import { err, ok } from '../../../kernel/result.js';
import { HOUR_MS, plus, type Instant } from '../../../kernel/time.js';
import { instant } from '../../../eventstore/codec-fields.js';
import { Database } from '../../../platform/database/prisma.js';
import type { MeterFacts, MeterGateway } from '../../adapter/stripe/meter-gateway.js';
import { OVERAGE_METER } from '../../model/stripe-meter.js';
import { PaymentProvider } from '../payment-provider.js';
import { answered, refusal } from '../stripe-answer.js';
import { StripeEventService } from '../stripe-event.service.js';
import { callIdOf, StripeCallService, type CallAnswer, type PlannedCall } from '../stripe-call.service.js';

/** There is one meter, of the exchange. */
const METER = 'overage';
const eventSchema = z.object({ customerId: z.string(), hour: instant, quantity: z.string().transform(BigInt) });

const UNKNOWN: CallAnswer = ok(null);

/** Makes the meter, sends it events, and hears of those that Stripe took and did not count. */
@Injectable()
export class MeterMirrorCalls implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(StripeCallService) private readonly calls: StripeCallService,
    @Inject(StripeEventService) private readonly events: StripeEventService,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    @Inject(OrganizationDirectory) private readonly directory: OrganizationDirectory,
  ) {}

  onModuleInit(): void {
    // It looks before it makes one: asked for again, it makes no second.
    this.calls.handle('create_meter', { send: (call) => this.create(call), isRenewed: true });
    this.calls.handle('send_meter_event', { send: (call) => this.send(call), recover: (call) => this.recover(call) });
    this.events.on('meter-errors', ({ eventId }) => this.hear(eventId));
  }

  /** The meter at Stripe; null while there is none. */
  async meterId(): Promise<string | null> {
    const call = await this.calls.seek(await this.meterCallId());
    return call?.stripeId ?? null;
  }

  private get meters(): MeterGateway {
    return this.provider.gateway.meters;
  }

  private async meterCallId(): Promise<string> {
    return callIdOf('create_meter', await this.directory.platformOrganizationId(), METER);
  }

  private async create({ idempotencyKey }: PlannedCall): Promise<CallAnswer> {
    const found = await this.meters.find(OVERAGE_METER.eventName);
    if (!found.ok) return found;
    const meter = found.value === null ? await this.meters.create(OVERAGE_METER, idempotencyKey) : found;
    if (!meter.ok) return meter;
    const fault = faultOf(meter.value);
    return fault === null ? ok(meter.value?.meterId ?? null) : err(refusal(fault));
  }

  /** There is a meter, as far as we know: whoever finds none asks for it first. */
  private async hasMeter(): Promise<boolean> {
    const organizationId = await this.directory.platformOrganizationId();
    const callId = await this.meterCallId();
    if ((await this.calls.seek(callId)) === null) {
      await this.calls.planNow('create_meter', { organizationId, subject: METER, params: {} });
    }
    return (await this.calls.pursue(callId)).status === 'succeeded';
  }

  private async send({ callId: identifier, idempotencyKey, params }: PlannedCall): Promise<CallAnswer> {
    if (!(await this.hasMeter())) return UNKNOWN;
    const { customerId, hour: at, quantity } = eventSchema.parse(params);
    const { eventName, customerKey, valueKey } = OVERAGE_METER;
    return this.meters.send({ eventName, customerKey, valueKey, customerId, quantity, at, identifier, idempotencyKey });
  }

  /**
   * Stripe lists no events, only what a customer's hour sums to. It is either without this one, and it is sent,
   * or with it. Where several of an hour are open it may be neither: a person looks, or another ends first.
   */
  private async recover(call: PlannedCall): Promise<CallAnswer> {
    const { customerId, hour, quantity } = eventSchema.parse(call.params);
    const meterId = await this.meterId();
    if (meterId === null) return this.send(call);
    const window = { start: hour, end: plus(hour, HOUR_MS) };
    const there = await this.meters.total({ meterId, customerId, window, by: 'hour' });
    if (!there.ok) return there;
    const before = await this.done(customerId, hour);
    if (there.value === before + quantity) return ok(call.callId);
    return there.value === before ? this.send(call) : UNKNOWN;
  }

  /** What Stripe has said to have of a customer's hour. */
  private async done(customerId: string, hour: Instant): Promise<bigint> {
    const told = await this.database.stripeMeterEvent.findMany({ where: { customerId, hour: new Date(hour) }, select: { callId: true, quantity: true } });
    const where = { callId: { in: told.map(({ callId }) => callId) }, status: 'succeeded' };
    const done = new Set((await this.database.stripeCall.findMany({ where, select: { callId: true } })).map(({ callId }) => callId));
    return told.filter(({ callId }) => done.has(callId)).reduce((sum, one) => sum + one.quantity, 0n);
  }

  /** A report names examples; what else is missing, the daily comparison finds. */
  private async hear(eventId: string): Promise<boolean> {
    const errors = answered(await this.meters.errorsOf(eventId)) ?? [];
    let isOurs = false;
    for (const { identifier: callId, code } of errors) {
      if ((await this.database.stripeMeterEvent.findUnique({ where: { callId } })) === null) continue;
      isOurs = true;
      await this.calls.overturn(callId, code);
    }
    return isOurs;
  }
}

/** Why a meter of that name does not count what we send; null: it does. Its settings cannot be changed. */
function faultOf(meter: MeterFacts | null): string | null {
  if (meter === null) return null;
  const { eventName, customerKey, valueKey } = OVERAGE_METER;
  const { settings } = meter;
  const isAlike = settings?.eventName === eventName && settings.customerKey === customerKey && settings.valueKey === valueKey;
  if (!isAlike) return 'meter_differs';
  return meter.isActive ? null : 'archived_meter';
}
