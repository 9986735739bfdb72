import type { Stripe } from 'stripe';
import { z } from 'zod';
import { ok, type Result } from '../../../kernel/result.js';
import type { MeterEventError, MeterEventRequest, MeteredUse, MeterFacts, MeterGateway, MeterSettings } from './meter-gateway.js';
import type { PaymentFailure } from './payment-gateway.js';
import type { StripeClient } from './stripe.client.js';

const PAGE = 100;
const DUPLICATE = { code: 'duplicate_meter_event', message: /event already exists with identifier/i };

/** https://docs.stripe.com/api/billing/meter/object */
const meterSchema = z
  .object({
    id: z.string(),
    event_name: z.string(),
    status: z.string(),
    event_time_window: z.string().nullable(),
    default_aggregation: z.object({ formula: z.string() }),
    customer_mapping: z.object({ event_payload_key: z.string(), type: z.string() }),
    value_settings: z.object({ event_payload_key: z.string() }),
  })
  .transform((meter): MeterFacts => {
    const { event_name: eventName, customer_mapping: customer, value_settings: value } = meter;
    const isSum = meter.default_aggregation.formula === 'sum' && meter.event_time_window === null && customer.type === 'by_id';
    const settings = { eventName, customerKey: customer.event_payload_key, valueKey: value.event_payload_key };
    return { meterId: meter.id, isActive: meter.status === 'active', settings: isSum ? settings : null };
  });

/** https://docs.stripe.com/billing/subscriptions/usage-based/recording-usage-api#handle-meter-event-errors */
const reportSchema = z.object({
  data: z.object({
    reason: z.object({
      error_types: z.array(
        z.object({
          code: z.string(),
          sample_errors: z.array(z.object({ request: z.object({ identifier: z.string().nullish() }) })),
        }),
      ),
    }),
  }),
});

type Asked<Value> = Promise<Result<Value, PaymentFailure>>;

const readMeter = (meter: unknown): Result<MeterFacts, never> => ok(meterSchema.parse(meter));

/** Meters and their events over the `stripe` SDK. */
export class StripeMeters implements MeterGateway {
  constructor(private readonly client: StripeClient) {}

  find(eventName: string): Asked<MeterFacts | null> {
    return this.client.ask(async (stripe) => {
      let archived: MeterFacts | null = null;
      for await (const meter of stripe.billing.meters.list({ limit: PAGE })) {
        if (meter.event_name !== eventName) continue;
        const facts = meterSchema.parse(meter);
        if (facts.isActive) return facts;
        archived ??= facts;
      }
      return archived;
    }, ok);
  }

  create({ eventName, displayName, customerKey, valueKey }: MeterSettings, idempotencyKey: string): Asked<MeterFacts> {
    const params: Stripe.Billing.MeterCreateParams = {
      ...{ event_name: eventName, display_name: displayName, default_aggregation: { formula: 'sum' } },
      customer_mapping: { type: 'by_id', event_payload_key: customerKey },
      value_settings: { event_payload_key: valueKey },
    };
    return this.client.ask((stripe) => stripe.billing.meters.create(params, { idempotencyKey }), readMeter);
  }

  async send(request: MeterEventRequest): Asked<string> {
    const { eventName, customerKey, valueKey, customerId, quantity, at, identifier, idempotencyKey } = request;
    const payload = { [customerKey]: customerId, [valueKey]: quantity.toString() };
    const params = { event_name: eventName, payload, identifier, timestamp: Math.floor(at / 1_000) };
    const answer = await this.client.ask(
      (stripe) => stripe.billing.meterEvents.create(params, { idempotencyKey }),
      (event) => ok(event.identifier),
    );
    return !answer.ok && isDuplicate(answer.error) ? ok(identifier) : answer;
  }

  total({ meterId, customerId, window: { start, end }, by }: MeteredUse): Asked<bigint> {
    const window = { start_time: Math.floor(start / 1_000), end_time: Math.floor(end / 1_000) };
    const params = { ...window, customer: customerId, value_grouping_window: by, limit: PAGE };
    return this.client.ask(async (stripe) => {
      let total = 0n;
      for await (const { aggregated_value: value } of stripe.billing.meters.listEventSummaries(meterId, params)) {
        total += BigInt(value);
      }
      return total;
    }, ok);
  }

  errorsOf(eventId: string): Asked<readonly MeterEventError[]> {
    return this.client.ask(
      (stripe) => stripe.v2.core.events.retrieve(eventId),
      (event) => ok(readReport(event)),
    );
  }
}

/** Stripe has had it. Seen with the code of its description, and with none. */
function isDuplicate(failure: PaymentFailure): boolean {
  return failure.kind === 'invalid' && (failure.code === DUPLICATE.code || DUPLICATE.message.test(failure.message));
}

function readReport(event: unknown): readonly MeterEventError[] {
  const { error_types: types } = reportSchema.parse(event).data.reason;
  return types.flatMap(({ code, sample_errors: samples }) =>
    samples.flatMap(({ request: { identifier } }) => (typeof identifier === 'string' ? [{ identifier, code }] : [])),
  );
}
